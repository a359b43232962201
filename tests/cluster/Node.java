import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.plugins.Plugin;

/** One node of a cluster for tests, a process of its own. It ends when its standard input does. */
class Node {
    /** The node's folder, then the settings of its opensearch.yml as {@code name=value}. */
    public static void main(String[] arguments) throws Exception {
        Settings.Builder settings = Settings.builder().put("path.home", arguments[0]);
        for (String argument : List.of(arguments).subList(1, arguments.length)) {
            String[] parts = argument.split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        var environment = InternalSettingsPreparer.prepareEnvironment(
            settings.build(), Map.of(), Path.of(arguments[0], "config"), () -> "node");
        var plugins = List.of(
            plugin("org.opensearch.transport.Netty4"), plugin("org.opensearch.analysis.common.CommonAnalysis"));
        new OpenSearchRunnerNode(environment, plugins).start();
        while (System.in.read() >= 0) {}
        System.exit(0);
    }

    /** The class of a module, whose name is another since OpenSearch 3. */
    private static Class<? extends Plugin> plugin(String name) throws ClassNotFoundException {
        try {
            return Class.forName(name + "ModulePlugin").asSubclass(Plugin.class);
        } catch (ClassNotFoundException error) {
            return Class.forName(name + "Plugin").asSubclass(Plugin.class);
        }
    }
}
