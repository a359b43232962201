"""What a query means: parsed once into frozen data, planned, verified on the stored text."""
