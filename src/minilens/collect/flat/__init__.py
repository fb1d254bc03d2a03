"""Files of other systems become events: read row by row, mapped, packed into batches."""
