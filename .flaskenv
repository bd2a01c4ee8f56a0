FLASK_APP=app:command_line
