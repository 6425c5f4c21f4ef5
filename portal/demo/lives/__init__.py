"""The lives of the invented cases: each act here leaves the rows that the service of the same name leaves."""
