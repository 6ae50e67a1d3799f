package dev.whyops;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.URLConnection;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dependency rule of ARCHITECTURE.md; each test is one sentence of it. */
class ArchitectureTest {
  private static JavaClasses server;

  @BeforeAll
  static void read() {
    server =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.whyops");
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().matching("dev.whyops.(*)..").should().beFreeOfCycles());
  }

  @Test
  void onlyTheCompositionKnowsTheStores() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.whyops", "dev.whyops.store..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.whyops.store.."));
  }

  @Test
  void nettyStaysInTheDataPath() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.whyops.gateway..", "dev.whyops.proxy..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty.."));
  }

  @Test
  void javalinAndJettyStayInTheDashboard() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.whyops.dashboard..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet.."));
  }

  @Test
  void decodersAndEvidenceArePure() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.whyops.provider..",
                "dev.whyops.why..",
                "dev.whyops.finding..",
                "dev.whyops.pricing..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "java.net..",
                "java.nio.file..",
                "java.nio.channels..",
                "java.sql..",
                "java.time.Clock"));
  }

  @Test
  void theDataPathTouchesNeitherSqlNorFiles() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                "dev.whyops.proxy..", "dev.whyops.provider..", "dev.whyops.continuity..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.jooq..", "java.nio.file.."));
  }

  @Test
  void onlyTheGateOpensSockets() { // onlyGateOpensSockets
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.whyops.proxy..", "dev.whyops.fake..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(
                Socket.class, SocketChannel.class, DatagramSocket.class, URLConnection.class)
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.net.http.."));
  }

  @Test
  void nothingRunsForeignCode() { // noDynamicCode
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("javax.script..")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(ProcessBuilder.class, ObjectInputStream.class));
  }

  @Test
  void noPackageIsADrawer() {
    check(
        noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..helper..", "..common.."));
    check(classes().should().haveNameNotMatching(".*(Impl|Manager|Helper|Util|Utils)$"));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(server);
  }
}
