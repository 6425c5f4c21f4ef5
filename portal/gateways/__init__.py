"""The world outside the process."""
