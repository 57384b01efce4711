//! The smallest PDF that opens everywhere: pages of text in built-in fonts.

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

    assembled(&[drawn])
}

/// A letter of as many pages as it takes.
pub struct Sheet<'a> {
    /// The house: its name, then smaller lines.
    pub head: &'a [String],
    /// Whom it is about.
    pub about: &'a str,
    pub title: &'a str,
    pub blocks: &'a [Block<'a>],
    pub signature: &'a str,
}

#[derive(Clone, Copy)]
pub enum Block<'a> {
    Heading(&'a str),
    Text(&'a str),
    Item(&'a str),
    /// One line of a table: its first cell stands out, the others follow below.
    Row(&'a [String]),
    /// Curves beside one another, two a line: name, and a height in tenths of a point for each point.
    Strips(&'a [(&'static str, Vec<i32>)]),
}

/// Where text begins and ends on an A4 page, in points from its foot.
const TOP: i32 = 786;
const FOOT: i32 = 72;
/// Characters that fit on a line at size 10 whatever they are.
const WIDTH: usize = 88;

/// A letter with letterhead, patient, title, headed text and signature; each page says that it is fiction.
pub fn document(sheet: &Sheet<'_>) -> Vec<u8> {
    let mut pages = Pages { done: Vec::new(), drawn: String::new(), y: TOP };
    for (line, number) in sheet.head.iter().zip(0..) {
        pages.line(if number == 0 { ("F2", 13) } else { ("F1", 9) }, 56, line);
    }
    pages.rule();
    pages.line(("F1", 10), 56, sheet.about);
    pages.gap(12);
    pages.paragraph(("F2", 15), 56, 58, sheet.title);
    pages.gap(6);
    for block in sheet.blocks {
        match block {
            Block::Heading(text) => {
                pages.gap(8);
                pages.paragraph(("F2", 11), 56, 80, text);
            }
            Block::Text(text) => pages.paragraph(("F1", 10), 56, WIDTH, text),
            Block::Item(text) => pages.paragraph(("F1", 10), 68, WIDTH - 3, &format!("\u{2022} {text}")),
            Block::Strips(strips) => pages.strips(strips),
            Block::Row(cells) => {
                if let Some((first, rest)) = cells.split_first() {
                    pages.paragraph(("F2", 10), 56, 80, first);
                    pages.paragraph(("F1", 10), 68, WIDTH - 3, &rest.join(", "));
                }
            }
        }
    }
    pages.gap(18);
    pages.line(("F1", 10), 300, sheet.signature);
    assembled(&pages.finish())
}

struct Pages {
    done: Vec<String>,
    drawn: String,
    y: i32,
}

impl Pages {
    fn paragraph(&mut self, font: (&str, i32), x: i32, width: usize, text: &str) {
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                self.line(font, x, &line);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        if !line.is_empty() {
            self.line(font, x, &line);
        }
        self.gap(3);
    }

    fn line(&mut self, (font, size): (&str, i32), x: i32, text: &str) {
        if self.y < FOOT {
            self.done.push(std::mem::take(&mut self.drawn));
            self.y = TOP;
        }
        let _ = writeln!(self.drawn, "BT /{font} {size} Tf {x} {} Td ({}) Tj ET", self.y, escaped(text));
        self.gap(size + 4);
    }

    /// On the pink squares of the paper, 5 mm apart.
    fn strips(&mut self, strips: &[(&'static str, Vec<i32>)]) {
        const SQUARE: i32 = 14;
        const HEIGHT: i32 = 5 * SQUARE;
        let lines = i32::try_from(strips.len().div_ceil(2)).unwrap_or(0);
        let (top, foot) = (self.y, self.y - lines * HEIGHT);
        let mut squares = String::from("0.3 w 0.96 0.78 0.78 RG\n");
        for step in 0..=lines * 5 {
            let _ = writeln!(squares, "56 {0} m 532 {0} l", foot + step * SQUARE);
        }
        for step in 0..=34 {
            let _ = writeln!(squares, "{0} {foot} m {0} {top} l", 56 + step * SQUARE);
        }
        self.drawn.push_str(&squares);
        self.drawn.push_str("S 0 G 0.7 w\n");
        for ((name, heights), number) in strips.iter().zip(0_i32..) {
            let (left, zero) = (60 + 238 * (number % 2), top - HEIGHT / 2 - HEIGHT * (number / 2));
            let _ = writeln!(self.drawn, "BT /F2 8 Tf {left} {} Td ({name}) Tj ET", zero + 24);
            for ((height, x), verb) in
                heights.iter().zip(left..).zip(["m"].into_iter().chain(["l"].repeat(heights.len())))
            {
                let tenths = zero * 10 + height;
                let _ = writeln!(self.drawn, "{x} {}.{} {verb}", tenths / 10, tenths % 10);
            }
            self.drawn.push_str("S\n");
        }
        self.y = foot;
        self.gap(20);
    }

    fn rule(&mut self) {
        let _ = writeln!(self.drawn, "0.6 w 56 {0} m 539 {0} l S", self.y + 4);
        self.gap(16);
    }

    fn gap(&mut self, points: i32) {
        self.y -= points;
    }

    /// Every page with its number.
    fn finish(mut self) -> Vec<String> {
        self.done.push(self.drawn);
        let count = self.done.len();
        for (page, number) in self.done.iter_mut().zip(1..) {
            let foot = escaped(&format!("Document fictif : aucune personne réelle. Page {number}/{count}"));
            let _ = write!(page, "BT /F1 8 Tf 56 40 Td ({foot}) Tj ET");
        }
        self.done
    }
}

/// The file around the pages' drawings: catalogue, tree, two fonts, then each page and its content.
fn assembled(pages: &[String]) -> Vec<u8> {
    let kids: Vec<_> = (0..pages.len()).map(|page| format!("{} 0 R", 5 + 2 * page)).collect();
    let font =
        |name| format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>");
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>".to_owned(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()),
        font("Helvetica"),
        font("Helvetica-Bold"),
    ];
    for (drawn, page) in pages.iter().zip(0..) {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>",
            6 + 2 * page
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()));
    }
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

/// Inside a PDF string: ASCII as it is, Latin-1 and a few of WinAnsi by their octal number.
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
            ('₂', _) => out.push('2'),
            ('œ', _) => out.push_str("\\234"),
            ('Œ', _) => out.push_str("\\214"),
            ('€', _) => out.push_str("\\200"),
            ('\u{2022}', _) => out.push_str("\\225"),
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
        assert!(table.starts_with("xref\n0 7\n"));
        for (entry, number) in table.lines().skip(3).take(6).zip(1..) {
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
