"""The tests mirror portal/."""
