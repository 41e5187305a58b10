package dev.river.test.args;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.job.Names;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KindFolderTest {
  @ParameterizedTest
  @CsvSource({
    "sort, sort",
    "SendMail_2-now, SendMail_2-now",
    "com.example.Sort, com.example.Sort",
    "report/daily, report%2Fdaily",
    "a/../../b, a%2F..%2F..%2Fb",
    "list<mail[]>, list%3Cmail%5B%5D%3E",
    "a:b+c·d, a%3Ab%2Bc%C2%B7d",
    "trailing., trailing%2E",
    "con, %63on",
    "NUL.txt, %4EUL.txt",
    "lpt1, %6Cpt1",
    "console, console"
  })
  void namesADirectoryThatEveryFileSystemTakes(String kind, String folder) {
    Names.checkKind(kind);

    assertThat(KindFolder.of(kind)).isEqualTo(folder);
    assertThat(KindFolder.kindOf(folder)).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({"100%, 100%", "%zz, %zz"})
  void takesADirectoryOfSomeoneElseByItsName(String folder, String kind) {
    assertThat(KindFolder.kindOf(folder)).isEqualTo(kind);
  }
}
