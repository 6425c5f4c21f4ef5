"""What happens: one function = one use case = one transaction, which also writes its Event row."""
