package dev.stoa.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows between modules as DESIGN draws them, for the modules that exist. */
class ModuleArrowsTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.stoa");

    /** Told the time and their randomness, and driven from outside. */
    private static final String[] CORES = {
        "dev.stoa.wire",
        "dev.stoa.stun",
        "dev.stoa.ice",
        "dev.stoa.srtp",
        "dev.stoa.rtp",
        "dev.stoa.sctp",
        "dev.stoa.sdp",
        "dev.stoa.sfu",
        "dev.stoa.turn",
        "dev.stoa.signaling"
    };

    private static final String PEER_DRIVER = "dev\\.stoa\\.peer\\.PeerHost.*";

    /** A new module is entered here, with the modules it may use, directly or by what those give away. */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("wire", Set.of()),
            Map.entry("stun", Set.of("wire")),
            Map.entry("ice", Set.of("stun", "wire")),
            Map.entry("dtls", Set.of("wire")),
            Map.entry("srtp", Set.of("wire")),
            Map.entry("rtp", Set.of("wire")),
            Map.entry("sdp", Set.of("wire")),
            Map.entry("sctp", Set.of("wire")),
            Map.entry("net", Set.of("wire")),
            // net for its driver alone: docs/adr/0002-the-peer-brings-its-driver.md.
            Map.entry("peer", Set.of("net", "ice", "stun", "dtls", "srtp", "sctp", "sdp", "rtp", "wire")),
            Map.entry("sfu", Set.of("rtp", "wire")),
            Map.entry("turn", Set.of("stun", "wire")),
            Map.entry(
                    "loop", Set.of("net", "ice", "stun", "dtls", "srtp", "sctp", "sdp", "sfu", "turn", "rtp", "wire")),
            Map.entry("signaling", Set.of()),
            // A participant in Java: docs/adr/0003-a-participant-in-java-is-a-module.md.
            Map.entry("client", Set.of("peer", "signaling", "net", "sdp", "rtp", "wire")),
            Map.entry("dialects", Set.of("signaling")),
            // Peers of its own, which meet a server from outside:
            // docs/adr/0004-the-load-generator-is-part-of-the-product.md.
            Map.entry("load", Set.of("net", "ice", "stun", "dtls", "srtp", "rtp", "wire")),
            Map.entry("doctor", Set.of("peer", "ice", "stun", "sdp", "wire")),
            Map.entry(
                    "app",
                    Set.of("doctor", "dialects", "signaling", "loop", "load", "net", "sfu", "srtp", "turn", "wire")));

    @Test
    void everyModuleIsSeen() {
        var packages = OURS.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        // One flat package for each module.
        assertEquals(ALLOWED.keySet().stream().map("dev.stoa."::concat).collect(Collectors.toSet()), packages);
    }

    @Test
    void modulesDependOnlyOnThoseThatTheArrowsLeadTo() {
        ALLOWED.forEach((module, targets) -> {
            var allowed = Stream.concat(targets.stream(), Stream.of(module))
                    .map("dev.stoa."::concat)
                    .toList();
            classes()
                    .that()
                    .resideInAPackage("dev.stoa." + module)
                    .should()
                    .onlyDependOnClassesThat(
                            resideInAnyPackage(allowed.toArray(String[]::new)).or(resideOutsideOfPackage("dev.stoa..")))
                    .check(OURS);
        });
    }

    @Test
    void modulesFormNoCycle() {
        SlicesRuleDefinition.slices()
                .matching("dev.stoa.(*)")
                .should()
                .beFreeOfCycles()
                .check(OURS);
    }

    @Test
    void coresDoNoInputOutputAndHaveNoThreads() {
        noClasses()
                .that()
                .resideInAnyPackage(CORES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..", "java.nio.channels..", "java.nio.file..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent", "java.util.concurrent.locks")
                .check(OURS);
    }

    @Test
    void onlyItsDriverGivesThePeerSocketsAndThreads() {
        noClasses()
                .that()
                .resideInAPackage("dev.stoa.peer")
                .and()
                .haveNameNotMatching(PEER_DRIVER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.stoa.net", "java.nio.channels..", "java.net..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .check(OURS);
    }

    @Test
    void coresAreToldTheTime() {
        noClasses()
                .that(resideInAnyPackage(CORES)
                        .or(resideInAPackage("dev.stoa.peer").and(not(nameMatching(PEER_DRIVER)))))
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(OURS);
    }
}
