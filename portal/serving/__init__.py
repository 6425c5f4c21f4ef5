"""The default server: forked processes, each a waitress with one thread, watched by their parent."""
