"""Rules over the whole tree. Each check must also find a planted fault."""
