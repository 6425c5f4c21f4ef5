"""办成 Bancheng: the portal of a hall's window for what could not get done."""

from __future__ import annotations

from flask import Flask

from portal import blueprints, config, web
from portal.extensions import csrf, db, migrate
from portal.gateways.files import FileStore
from portal.gateways.keys import load_or_create
from portal.services.installation import NAME, Installation


def create_app(settings: config.Settings | None = None) -> Flask:
    """Make the app: settings, database, languages, guards, headers, errors, rooms."""
    settings = settings or config.from_environment()
    keys = load_or_create(settings.keys_file)

    app = Flask("portal")
    app.config.update(SECRET_KEY=keys.session_secret, SQLALCHEMY_DATABASE_URI=settings.database_url)
    # An error of the database goes to a log; a citizen's words in the failed statement must not.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True}
    app.extensions[NAME] = Installation(settings, keys, FileStore(settings.uploads_dir))

    db.init_app(app)
    migrate.init_app(app, db, directory=str(config.ROOT / "portal" / "migrations"))
    csrf.init_app(app)
    web.init_app(app, https=settings.is_https)
    blueprints.init_app(app)
    web.guards.check_policies(app)
    return app
