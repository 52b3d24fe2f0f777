"""A server of Mixin Messenger's POST /conversations and GET /conversations/:id."""
