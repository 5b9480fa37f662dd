package dev.stoa.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads {@code stoa.yaml}. Nested maps are flattened with dots; every value keeps the line it stands on. */
final class YamlFile {
    /** Deeper than any key; also ends an alias that contains itself. */
    private static final int MAX_DEPTH = 8;

    private final Path file;
    private final List<Setting> settings = new ArrayList<>();

    private YamlFile(Path file) {
        this.file = file;
    }

    static List<Setting> read(Path file) throws UserError {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw UserError.usage(
                            "the configuration file " + file + " cannot be read: " + e.getMessage(),
                            "check its permissions, or name another with --config FILE")
                    .causedBy(e);
        }
        var yaml = new YamlFile(file);
        var root = yaml.compose(text);
        if (root instanceof MappingNode mapping) {
            yaml.flatten("", mapping, 0);
        } else if (root != null) {
            throw UserError.usage(
                    yaml.at(root) + " is not a list of keys and values", "write one `key: value` on each line");
        }
        return List.copyOf(yaml.settings);
    }

    private @org.jspecify.annotations.Nullable Node compose(String text) throws UserError {
        try {
            var settings = LoadSettings.builder().setLabel(file.toString()).build();
            return new Compose(settings).composeString(text).orElse(null);
        } catch (MarkedYamlEngineException e) {
            var line =
                    e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
            throw UserError.usage(
                            file + line + " is not valid YAML: " + e.getProblem(), "check indentation and quotes there")
                    .causedBy(e);
        } catch (YamlEngineException e) {
            throw UserError.usage(file + " is not valid YAML: " + e.getMessage(), "check indentation and quotes")
                    .causedBy(e);
        }
    }

    private void flatten(String prefix, MappingNode mapping, int depth) throws UserError {
        if (depth > MAX_DEPTH) {
            throw UserError.usage(at(mapping) + " is nested too deeply", "no key has that many parts");
        }
        for (var entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode keyNode)) {
                throw UserError.usage(at(entry.getKeyNode()) + ": a key must be a word", "write `key: value`");
            }
            var name = prefix + keyNode.getValue();
            switch (entry.getValueNode()) {
                case MappingNode nested -> flatten(name + ".", nested, depth + 1);
                case SequenceNode list -> add(name, elements(name, list), keyNode);
                case ScalarNode scalar -> add(name, List.of(scalar.getValue()), keyNode);
                default ->
                    throw UserError.usage(at(keyNode) + ": " + name + " has no plain value", "write `key: value`");
            }
        }
    }

    private List<String> elements(String name, SequenceNode list) throws UserError {
        var texts = new ArrayList<String>();
        for (var element : list.getValue()) {
            if (!(element instanceof ScalarNode scalar)) {
                throw UserError.usage(
                        at(element) + ": the list " + name + " holds more than plain values", "write `- value`");
            }
            texts.add(scalar.getValue());
        }
        return List.copyOf(texts);
    }

    private void add(String name, List<String> texts, Node keyNode) throws UserError {
        var source = new Source(Source.Layer.FILE, at(keyNode));
        for (var earlier : settings) {
            if (earlier.key().equals(name)) {
                throw UserError.usage(
                        source.where() + ": " + name + " was already written at "
                                + earlier.source().where(),
                        "keep one of the two");
            }
        }
        settings.add(new Setting(name, texts, source));
    }

    private String at(Node node) {
        return file
                + node.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
    }
}
