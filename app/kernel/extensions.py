"""The Flask extensions, made once and bound to the application in create_app()."""

from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf import CSRFProtect
from sqlalchemy.exc import DBAPIError

from app.foundation.database import Base, is_away


class RequestSession(Session):
    """A session whose end is not spoilt by a database that has gone away meanwhile: what was to be answered
    is answered, and no other request meets the session.
    """

    def close(self) -> None:
        try:
            super().close()
        except DBAPIError as error:
            if not is_away(error):
                raise


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": RequestSession, "expire_on_commit": False})
migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
