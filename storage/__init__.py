"""What is kept: SQLAlchemy models, repositories, migrations, checkpoints."""
