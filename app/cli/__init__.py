"""The command line: one module for each group of commands."""

from app.cli import accounts, assessment, audit, comments, imports, merging, norms, publishing, simulating

MODULES = (accounts, assessment, audit, comments, imports, merging, norms, publishing, simulating)

commands = [command for module in MODULES for command in module.commands]
