package dev.stoa.app;

import java.util.List;

/** A key and its value as somebody wrote them, before anyone looked whether they make sense. */
record Setting(String key, List<String> texts, Source source) {}
