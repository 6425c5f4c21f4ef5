"""The invented hall."""
