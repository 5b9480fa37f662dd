# Finds the JDK and Node that Stoa needs, wherever they are; sourced by ./stoa and ./dev.
# The default `java` may be an older one: JAVA_HOME first, then PATH, then the usual places.

STOA_JDK_MIN=25
STOA_NODE_MIN=20

fail() { # message, hint
  printf 'error: %s\n' "$1" >&2
  [ -n "${2:-}" ] && printf 'hint: %s\n' "$2" >&2
  exit 1
}

java_major() { # path of a java binary
  "$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1
}

# Sets JAVA_HOME. With "jdk", a compiler is needed too.
find_java() {
  local kind=${1:-jre} home major
  local -a homes=("${JAVA_HOME:-}")
  if command -v java >/dev/null 2>&1; then
    homes+=("$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")")
  fi
  local pattern
  for pattern in /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    homes+=("$pattern")
  done
  for home in "${homes[@]}"; do
    [ -n "$home" ] && [ -x "$home/bin/java" ] || continue
    [ "$kind" = jdk ] && [ ! -x "$home/bin/javac" ] && continue
    major=$(java_major "$home/bin/java")
    if [ "${major:-0}" -ge "$STOA_JDK_MIN" ]; then
      export JAVA_HOME=$home
      return
    fi
  done
  fail "Stoa needs a JDK of version $STOA_JDK_MIN or newer, and none was found." \
    "Install one (Eclipse Temurin $STOA_JDK_MIN, or your system's openjdk-$STOA_JDK_MIN-jdk), or point JAVA_HOME at it."
}

# Puts a Node that is new enough first on PATH.
find_node() {
  local node major
  local -a nodes=("$(command -v node 2>/dev/null || true)")
  local pattern
  for pattern in /usr/local/bin/node /usr/bin/node /opt/node*/bin/node /opt/homebrew/bin/node \
    "$HOME"/.nvm/versions/node/*/bin/node "$HOME"/.volta/bin/node "$HOME"/.local/share/fnm/node-versions/*/installation/bin/node; do
    nodes+=("$pattern")
  done
  for node in "${nodes[@]}"; do
    [ -n "$node" ] && [ -x "$node" ] || continue
    major=$("$node" --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')
    if [ "${major:-0}" -ge "$STOA_NODE_MIN" ]; then
      PATH=$(dirname "$node"):$PATH
      export PATH
      command -v npm >/dev/null 2>&1 || fail "npm was not found beside $node." "Install npm."
      return
    fi
  done
  fail "Building the page needs Node.js of version $STOA_NODE_MIN or newer, and none was found." \
    "Install Node.js $STOA_NODE_MIN or newer with npm."
}

find_maven() {
  command -v mvn >/dev/null 2>&1 || fail "Building needs Apache Maven (mvn), and it was not found." \
    "Install Maven 3.8 or newer, for example your system's package maven."
}
