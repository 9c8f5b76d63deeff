// SPDX-License-Identifier: MIT
// Wide texts, locales, money and conversions.
#include <iconv.h>
#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <monetary.h>
#include <nl_types.h>
#include <stdio.h>
#include <string.h>
#include <uchar.h>
#include <wchar.h>
#include <wctype.h>

int main() {
  setlocale(LC_ALL, "");
  textdomain("locale");
  char money[50] = "";
  strfmon(money, sizeof money, "%n", 12.5);
  const wchar_t* const text = L"Straße";
  wchar_t upper[20] = L"";
  for (size_t i = 0; i < wcslen(text); ++i)
    upper[i] = static_cast<wchar_t>(towupper(static_cast<wint_t>(text[i])));
  char16_t unit = 0;
  mbstate_t state = {};
  mbrtoc16(&unit, "a", 1, &state);
  const iconv_t to_utf16 = iconv_open("UTF-16LE", nl_langinfo(CODESET));
  char bytes[] = "text", wide[50];
  char *from = bytes, *to = wide;
  size_t left = strlen(bytes), room = sizeof wide;
  if (to_utf16 != reinterpret_cast<iconv_t>(-1)) {
    iconv(to_utf16, &from, &left, &to, &room);
    iconv_close(to_utf16);
  }
  printf("%s %s %ls %d\n", gettext("money"), money, upper, unit);
  return localeconv()->decimal_point[0] == '\0';
}
