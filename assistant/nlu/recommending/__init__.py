"""More of what somebody likes: pictures, passages of documents and answers, by their nearest neighbours."""
