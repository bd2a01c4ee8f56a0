"""The command line: one module for each group of commands."""

from app.cli import accounts, assessment, audit, comments, imports, merging, norms, publishing

MODULES = (accounts, assessment, audit, comments, imports, merging, norms, publishing)

commands = [command for module in MODULES for command in module.commands]
