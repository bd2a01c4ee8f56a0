"""What deploy/ holds for operators, tried as far as a machine without an installation can."""
