"""The nearest rows of a corpus: embedder, snapshot and Chroma."""
