"""The engine on an OpenSearch cluster: the same tokens and formula, in shards and replicas."""
