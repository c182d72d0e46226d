# Sourced by the other scripts: sets `node24` to a Node of at least 24, or to nothing.
# Expects `root`, the checkout. The machine's own Node serves where it is new enough.
fetched="$root/.tools/node_modules/node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')/bin/node"
node24=
for candidate in "$fetched" "$(command -v node || true)"; do
  if [ -z "$node24" ] && [ -n "$candidate" ] && [ -x "$candidate" ]; then
    major=$("$candidate" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
    if [ "$major" -ge 24 ]; then node24=$candidate; fi
  fi
done
