package dev.stoa.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows between modules as DESIGN draws them, for the modules that exist. */
class ModuleArrowsTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.stoa");

    @Test
    void everyModuleIsSeen() {
        var packages = OURS.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        // One flat package for each module: a new one must be entered here, with its arrows below.
        assertEquals(Set.of("dev.stoa.signaling", "dev.stoa.dialects", "dev.stoa.app"), packages);
    }

    @Test
    void signalingDependsOnNoneOfTheOthers() {
        noClasses()
                .that()
                .resideInAPackage("dev.stoa.signaling")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.stoa.dialects", "dev.stoa.app")
                .check(OURS);
    }

    @Test
    void dialectsDependOnSignalingOnly() {
        noClasses()
                .that()
                .resideInAPackage("dev.stoa.dialects")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.stoa.app")
                .check(OURS);
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
    void signalingDoesNoInputOutputAndHasNoThreads() {
        noClasses()
                .that()
                .resideInAPackage("dev.stoa.signaling")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..", "java.net..", "java.nio.channels..", "java.nio.file..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent", "java.util.concurrent.locks")
                .check(OURS);
    }

    @Test
    void signalingIsToldTheTime() {
        noClasses()
                .that()
                .resideInAPackage("dev.stoa.signaling")
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
