"""The engine on an OpenSearch cluster: the same tokens and the same formula, in shards and replicas."""
