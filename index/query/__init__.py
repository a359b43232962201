"""What a query means: parsed once into frozen data, planned against an archive, verified on the stored text."""
