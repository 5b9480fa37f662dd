# Fuzzing with Jazzer; sourced by ./dev after find-tools.sh and build.sh. Expects ROOT, and maven() when called.

CORPUS=$ROOT/test/fuzz/src/test/resources/corpus

fuzz() { # [seeds | [target] [seconds]]
  local seconds=30 passed=0 failed=0 target
  local -a targets=()
  maven -q process-classes -pl test/fuzz -am
  if [ "${1:-}" = seeds ]; then
    fuzz_java dev.stoa.fuzz.SeedWriter "$CORPUS"
    return
  fi
  for target in "$@"; do
    case $target in
      *[!0-9]*)
        [ -d "$CORPUS/$target" ] || fail "there is no fuzz target $target" "The targets are: $(ls "$CORPUS" | tr '\n' ' ')"
        targets+=("$target")
        ;;
      *) seconds=$target ;;
    esac
  done
  [ ${#targets[@]} -gt 0 ] || targets=($(ls "$CORPUS"))
  for target in "${targets[@]}"; do
    if fuzz_target "$target" "$seconds"; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
    fi
  done
  echo "$passed passed, $failed failed"
  [ $failed = 0 ]
}

# What it learns on its way stays in target/fuzz and is where it goes on the next time.
fuzz_target() { # name, seconds
  local work=$ROOT/target/fuzz log=$ROOT/target/fuzz/$1.log kept
  mkdir -p "$work/$1"
  kept=$(ls "$CORPUS/$1")
  if fuzz_java com.code_intelligence.jazzer.Jazzer --target_class=dev.stoa.fuzz.Entry --target_args="$1" \
    --instrumentation_includes='dev.stoa.**:org.bouncycastle.tls.**' --instrumentation_excludes='dev.stoa.fuzz.**' \
    --reproducer_path="$work" -artifact_prefix="$CORPUS/$1/" -max_total_time="$2" -timeout=10 \
    "$work/$1" "$CORPUS/$1" >"$log" 2>&1; then
    sed -n 's/^#\([0-9]*\)[[:space:]]*DONE *cov: \([0-9]*\).*/\1 inputs, \2 edges/p' "$log" | sed "s/^/ok   $1: /"
    return
  fi
  echo "FAIL $1: the whole log is in $log"
  grep -m 1 -A 5 '== Java Exception' "$log" || tail -n 5 "$log"
  comm -13 <(echo "$kept") <(ls "$CORPUS/$1") | sed "s|^|kept as ${CORPUS#"$ROOT"/}/$1/|"
  return 1
}

fuzz_java() { # class, arguments...
  "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -XX:+EnableDynamicAgentLoading -XX:+UseSerialGC -Xmx768m \
    -cp "$ROOT/test/fuzz/target/classes:$(cat "$ROOT/test/fuzz/target/classpath")" "$@"
}
