"""Alembic's environment: the app's own engine, one transaction a migration."""

from alembic import context
from flask import current_app

import portal.models  # noqa: F401 (fills the metadata)
from portal.extensions import Base, db

# The search index is made by hand for each database (it has no model).
BY_HAND = ("case_search",)


def include_name(name: str | None, kind: str, parents: object) -> bool:
    """Leave out what migrations make by hand."""
    return not (kind == "table" and name is not None and name.startswith(BY_HAND))


def run() -> None:
    """Run the migrations on the app's database."""
    engine = db.engines[None]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=include_name,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


assert current_app
run()
