# Builds what is missing or older than its sources; sourced by ./stoa and ./dev after find-tools.sh.
# Expects ROOT. Both steps are skipped in a few milliseconds when nothing has changed.

JAR=$ROOT/server/app/target/stoa.jar
AOT_CACHE=$ROOT/server/app/target/stoa.aot
PAGE=$ROOT/web/app/dist/index.html

is_newer_in() { # product, paths...: whether anything in the paths is newer than the product
  local product=$1
  shift
  [ ! -e "$product" ] || [ -n "$(find "$@" \( -name node_modules -o -name target -o -name dist -o -name test \) -prune \
    -o -type f -newer "$product" -print -quit)" ]
}

say() { printf 'stoa: %s\n' "$*" >&2; }

logged() { # log file, command...: shows the log only when the command fails
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 || {
    tail -n 40 "$log" >&2
    fail "the build failed; the whole log is in $log"
  }
}

install_node_modules() { # folder with a package-lock.json
  local stamp=$1/node_modules/.package-lock.json
  if [ ! -e "$stamp" ] || [ "$1/package-lock.json" -nt "$stamp" ]; then
    say "fetching the JavaScript packages of ${1#"$ROOT"/} …"
    logged "$ROOT/target/log/npm.log" npm --prefix "$1" ci
    touch "$stamp"
  fi
}

build_page() {
  is_newer_in "$PAGE" "$ROOT/web" || return 0
  find_node
  install_node_modules "$ROOT/web"
  say 'building the page …'
  logged "$ROOT/target/log/page.log" npm --prefix "$ROOT/web" run build
}

build_jar() {
  is_newer_in "$JAR" "$ROOT/pom.xml" "$ROOT/rtc" "$ROOT/server" "$PAGE" || return 0
  find_java jdk
  find_maven
  say 'building the server (the first time fetches its libraries) …'
  logged "$ROOT/target/log/server.log" mvn -f "$ROOT/pom.xml" -q package -DskipTests -pl server/app -am
}

build_example() { # name, what else than rtc it is made of...
  local jar=$ROOT/examples/$1/target/$1.jar
  is_newer_in "$jar" "$ROOT/pom.xml" "$ROOT/rtc" "$ROOT/examples/$1" "${@:2}" || return 0
  find_java jdk
  find_maven
  say "building the example $1 …"
  logged "$ROOT/target/log/$1.log" mvn -f "$ROOT/pom.xml" -q package -DskipTests -pl "examples/$1" -am
}

build_webrtc_java_peer() { # a peer for tests whose natives are those of Linux on x86-64
  local folder=$ROOT/test/webrtc-java
  [ "$(uname -sm)" = 'Linux x86_64' ] || return 0
  is_newer_in "$folder/target/webrtc-java-peer.jar" "$ROOT/pom.xml" "$folder/pom.xml" "$folder/src" || return 0
  find_java jdk
  find_maven
  say 'building a test peer of webrtc-java (the first time fetches libwebrtc) …'
  logged "$ROOT/target/log/webrtc-java.log" mvn -f "$ROOT/pom.xml" -q -Pforeign-peers package -pl test/webrtc-java
}

# A JVM started from this cache has its classes loaded and linked already (JEP 483, 514).
build_aot_cache() {
  [ "$JAR" -nt "$AOT_CACHE" ] && [ "$JAR" -nt "$AOT_CACHE.failed" ] || return 0
  say 'preparing a fast start …'
  mkdir -p "$ROOT/target/log"
  "$JAVA_HOME/bin/java" "${JVM_FLAGS[@]}" -XX:AOTCacheOutput="$AOT_CACHE" -jar "$JAR" rehearse \
    >"$ROOT/target/log/aot.log" 2>&1 || {
    rm -f "$AOT_CACHE"
    touch "$AOT_CACHE.failed"
  }
}

# One collector thread and a small heap serve signaling well; the packet path allocates nothing. The young generation has a
# fixed size, since what it once touched stays resident: with eden for a third of a second of heavy load and survivors for
# what clients have not acknowledged, nothing is promoted that dies soon. Native memory that the compiler needed once is
# given back.
JVM_FLAGS=(-XX:+UseSerialGC -Xmn96m -XX:SurvivorRatio=4 -XX:TargetSurvivorRatio=90 -XX:TrimNativeHeapInterval=5000
  -XX:+UseCompactObjectHeaders -XX:MaxRAMPercentage=25 -XX:+ExitOnOutOfMemoryError)
