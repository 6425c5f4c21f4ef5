"""What must hold: pure functions and frozen dataclasses, without Flask, database, translation or clock."""
