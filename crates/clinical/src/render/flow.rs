//! Lines in the making: runs of text gathered until something that stands on its own ends them.

use super::tree::{Block, Inline};
use super::value;

/// The blocks of one container, and the line that is being written.
#[derive(Default)]
pub(super) struct Flow {
    blocks: Vec<Block>,
    line: Vec<Inline>,
    /// Targets of links, put before the next thing that shows.
    anchors: Vec<u32>,
    in_paragraph: bool,
}

impl Flow {
    /// Adds to the line.
    pub(super) fn push(&mut self, inline: Inline) {
        let shows = match &inline {
            Inline::Text { text, .. } => !text.chars().all(is_space),
            Inline::Break => false,
            _ => true,
        };
        if shows {
            self.line.extend(self.anchors.drain(..).map(Inline::Anchor));
        }
        self.line.push(inline);
    }

    pub(super) fn anchor(&mut self, target: u32) {
        self.anchors.push(target);
    }

    /// Ends the line, then adds a block.
    pub(super) fn block(&mut self, block: Block) {
        self.close();
        self.blocks.push(block);
    }

    /// Ends the line and says what kind the next one is; the answer is what it was before.
    pub(super) fn paragraph(&mut self, inside: bool) -> bool {
        self.close();
        std::mem::replace(&mut self.in_paragraph, inside)
    }

    pub(super) fn finish(mut self) -> Vec<Block> {
        self.close();
        self.blocks
    }

    /// Everything as one line, for what can only hold a line; blocks that are none (there are
    /// none when nesting was not allowed) are left out.
    pub(super) fn finish_as_line(self) -> Vec<Inline> {
        let mut line = Vec::new();
        for block in self.finish() {
            if let Block::Loose(inlines) | Block::Paragraph(inlines) = block {
                if !line.is_empty() {
                    line.push(Inline::Break);
                }
                line.extend(inlines);
            }
        }
        line
    }

    fn close(&mut self) {
        let line = collapse(std::mem::take(&mut self.line));
        if line.is_empty() {
            return;
        }
        let block = if self.in_paragraph { Block::Paragraph(line) } else { Block::Loose(line) };
        self.blocks.push(block);
    }
}

/// White space of XML; a no-break space is a character like any other.
pub(super) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// White space as a reader of HTML sees it: one space between words, none at the ends of a
/// line; and no breaks before or after everything else.
fn collapse(line: Vec<Inline>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::with_capacity(line.len());
    // True at the start and after a space: one more says nothing.
    let mut spaced = true;
    for inline in line {
        match inline {
            Inline::Text { text, style } => {
                let mut collapsed = String::with_capacity(text.len());
                for character in text.chars() {
                    let space = is_space(character);
                    if !(space && spaced) {
                        collapsed.push(if space { ' ' } else { character });
                    }
                    spaced = space;
                }
                if !collapsed.is_empty() {
                    out.push(Inline::Text { text: collapsed, style });
                }
            }
            Inline::Break => {
                trim_end(&mut out);
                let starts = out.iter().all(|inline| matches!(inline, Inline::Anchor(_)));
                if !starts {
                    out.push(Inline::Break);
                }
                spaced = true;
            }
            Inline::Anchor(target) => out.push(Inline::Anchor(target)),
            shown => {
                out.push(shown);
                spaced = false;
            }
        }
    }
    loop {
        trim_end(&mut out);
        match out.last() {
            Some(Inline::Break) => out.pop(),
            _ => break,
        };
    }
    for inline in &mut out {
        if let Inline::Text { text, .. } = inline {
            *text = value::hold(text);
        }
    }
    out
}

fn trim_end(line: &mut Vec<Inline>) {
    while let Some(Inline::Text { text, .. }) = line.last_mut() {
        text.truncate(text.trim_end_matches(' ').len());
        if !text.is_empty() {
            break;
        }
        line.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::Style;
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text { text: text.to_owned(), style: Style::default() }
    }

    fn words(line: Vec<Inline>) -> String {
        let mut out = String::new();
        for inline in collapse(line) {
            match inline {
                Inline::Text { text, .. } => out.push_str(&text),
                Inline::Break => out.push('|'),
                _ => out.push('*'),
            }
        }
        out
    }

    #[test]
    fn white_space_is_kept_between_words_and_nowhere_else() {
        assert_eq!(words(vec![text("  a \n"), text(" b"), text(" "), text(" c ")]), "a b c");
        assert_eq!(words(vec![text(" "), Inline::Break, text(" a "), Inline::Break, text(" b")]), "a|b");
        assert_eq!(words(vec![text("a"), text(" "), Inline::Break, Inline::Break, text(" ")]), "a");
        assert_eq!(words(vec![text("a "), Inline::Mark(1), text(" b\u{a0} ")]), "a * b\u{a0}");
        assert_eq!(words(vec![text(" "), Inline::Break]), "");
    }
}
