import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/**
 * Judges PDF files with the veraPDF engine: one line per broken rule, nothing for a valid file.
 * Usage: java -cp CLASSPATH CheckPdf.java FLAVOUR FILE... (flavours: ua1, ua2, 3a ...)
 * Exit codes: 0 valid, 1 not valid; anything else is an error of the engine itself.
 */
public class CheckPdf {
    public static void main(String[] arguments) {
        VeraGreenfieldFoundryProvider.initialise();
        boolean valid = true;
        try {
            PDFAFlavour flavour = PDFAFlavour.byFlavourId(arguments[0]);
            for (int i = 1; i < arguments.length; i++) {
                valid &= judge(arguments[i], flavour);
            }
        } catch (Exception error) {
            error.printStackTrace();
            System.exit(2);
        }
        System.exit(valid ? 0 : 1);
    }

    private static boolean judge(String path, PDFAFlavour flavour) throws Exception {
        Map<String, TestAssertion> firsts = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        try (var file = new FileInputStream(path);
                var parser = Foundries.defaultInstance().createParser(file, flavour);
                var validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            var result = validator.validate(parser);
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.PASSED) continue;
                var rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                firsts.putIfAbsent(rule, assertion);
                counts.merge(rule, 1, Integer::sum);
            }
            if (!result.isCompliant() && firsts.isEmpty()) System.out.println(path + ": not valid");
            firsts.forEach((rule, first) -> System.out.printf("%s: rule %s broken %d times, first: %s (%s)%n",
                path, rule, counts.get(rule), first.getMessage(), first.getLocation().getContext()));
            return result.isCompliant();
        }
    }
}
