"""The thin gateway: checks who you are, keeps limits, passes you on. The whole policy is in `routing.toml`."""
