//! The smallest PDF that opens everywhere: one page of text in a built-in font.

use std::fmt::Write;

/// How many lines fit on the page.
pub const LINES_MAX: usize = 45;

/// One A4 page: a title and lines below it. What Latin-1 cannot write becomes a question mark; lines
/// beyond [`LINES_MAX`] are left out.
pub fn page(title: &str, lines: &[&str]) -> Vec<u8> {
    let mut drawn = String::from("BT /F1 16 Tf 56 780 Td (");
    drawn.push_str(&escaped(title));
    drawn.push_str(") Tj /F1 11 Tf 0 -28 Td 16 TL\n");
    for line in lines.iter().take(LINES_MAX) {
        // writing to a string does not fail
        let _ = writeln!(drawn, "({}) Tj T*", escaped(line));
    }
    drawn.push_str("ET");

    let objects = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (object, number) in objects.iter().zip(1..) {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
    }
    let (start, size) = (file.len(), objects.len() + 1);
    let _ = write!(
        file,
        "xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.into_bytes()
}

/// Inside a PDF string: ASCII as it is, Latin-1 by its octal number.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match (character, u32::from(character)) {
            ('(' | ')' | '\\', _) => {
                out.push('\\');
                out.push(character);
            }
            (_, 0x20..=0x7e) => out.push(character),
            (_, number @ 0xa0..=0xff) => {
                let _ = write!(out, "\\{number:03o}");
            }
            ('’', _) => out.push('\''),
            _ => out.push('?'),
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_object_lies_where_the_table_says() {
        let file = String::from_utf8(page("Séjour (fictif)", &["a \\ b", "dernière ligne"])).unwrap();
        let start: usize = file.lines().rev().nth(1).unwrap().parse().unwrap();
        let table = file.get(start..).unwrap();
        assert!(table.starts_with("xref\n0 6\n"));
        for (entry, number) in table.lines().skip(3).take(5).zip(1..) {
            let at: usize = entry.get(..10).unwrap().parse().unwrap();
            assert!(file.get(at..).unwrap().starts_with(&format!("{number} 0 obj\n")), "{entry:?}");
            assert_eq!(entry.len(), 19, "twenty bytes with the line's end");
        }
        assert!(file.contains("(S\\351jour \\(fictif\\)) Tj") && file.contains("(a \\\\ b) Tj"));
    }

    #[test]
    fn the_stream_is_as_long_as_it_says() {
        let file = String::from_utf8(page("t", &["x"; 100])).unwrap();
        let (_, rest) = file.split_once("/Length ").unwrap();
        let (length, rest) = rest.split_once(" >>\nstream\n").unwrap();
        assert!(rest.get(length.parse().unwrap()..).unwrap().starts_with("\nendstream"));
        assert_eq!(rest.matches("(x) Tj").count(), LINES_MAX);
    }
}
