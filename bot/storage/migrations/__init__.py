"""Database migrations, applied by bot.storage.schema."""
