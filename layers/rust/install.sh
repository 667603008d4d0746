#!/bin/sh
# RUSTC_WRAPPER names this, so that a project can be built also while sccache is not installed.
set -eu
cat >/usr/local/bin/mino-rustc <<'WRAPPER'
#!/bin/sh
if command -v sccache >/dev/null; then exec sccache "$@"; fi
exec "$@"
WRAPPER
chmod 0755 /usr/local/bin/mino-rustc
