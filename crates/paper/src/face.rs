//! A font as a sheet uses it: which glyphs it has shown so far, how wide they are, and of the whole file only
//! those glyphs in the PDF. One glyph a letter, no ligature, so that what is copied is what is read.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Finish, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;

use crate::Unprintable;

const IDENTITY: SystemInfo<'_> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
const CMAP: SystemInfo<'_> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"UCS"), supplement: 0 };

/// What stands for a letter the font has not.
const UNKNOWN: char = '?';

pub(crate) struct Face {
    /// With the six letters that say "a part of".
    name: &'static [u8],
    file: &'static [u8],
    parsed: ttf_parser::Face<'static>,
    taken: GlyphRemapper,
    /// By number in the PDF: letter and width in thousandths.
    shown: BTreeMap<u16, (char, f32)>,
}

impl Face {
    pub(crate) fn regular() -> Result<Self, Unprintable> {
        Self::open(b"CARNET+NotoSans", ttf_noto_sans::REGULAR)
    }

    pub(crate) fn bold() -> Result<Self, Unprintable> {
        Self::open(b"CARNET+NotoSans-Bold", ttf_noto_sans::BOLD)
    }

    fn open(name: &'static [u8], file: &'static [u8]) -> Result<Self, Unprintable> {
        let parsed = ttf_parser::Face::parse(file, 0).map_err(|_| Unprintable)?;
        Ok(Self { name, file, parsed, taken: GlyphRemapper::new(), shown: BTreeMap::new() })
    }

    /// Width of a text at a size, in points.
    pub(crate) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.glyph(letter).2).sum::<f32>() * size / 1000.0
    }

    /// The text as the PDF writes it, two bytes a letter.
    pub(crate) fn encode(&mut self, text: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len() * 2);
        for letter in text.chars() {
            let (glyph, letter, width) = self.glyph(letter);
            let number = self.taken.remap(glyph);
            self.shown.insert(number, (letter, width));
            out.extend(number.to_be_bytes());
        }
        out
    }

    /// Glyph, the letter it shows, and its width in thousandths.
    fn glyph(&self, letter: char) -> (u16, char, f32) {
        // a space that does not break is a space once lines are broken
        let letter = if matches!(letter, '\u{a0}' | '\u{202f}') { ' ' } else { letter };
        let found = self.parsed.glyph_index(letter).map(|it| (it, letter));
        let (glyph, letter) =
            found.or_else(|| Some((self.parsed.glyph_index(UNKNOWN)?, UNKNOWN))).unwrap_or_default();
        let width = self.parsed.glyph_hor_advance(glyph).map_or(0.0, |it| self.thousandths(f32::from(it)));
        (glyph.0, letter, width)
    }

    fn thousandths(&self, units: f32) -> f32 {
        units * 1000.0 / f32::from(self.parsed.units_per_em())
    }

    /// Writes the font, with the glyphs that were shown, under `id`; `next` gives numbers of objects.
    pub(crate) fn write(
        &self,
        pdf: &mut Pdf,
        id: Ref,
        mut next: impl FnMut() -> Ref,
    ) -> Result<(), Unprintable> {
        let part = subsetter::subset(self.file, 0, &self.taken).map_err(|_| Unprintable)?;
        let (descendant, descriptor, file, cmap) = (next(), next(), next(), next());
        pdf.type0_font(id)
            .base_font(Name(self.name))
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(descendant)
            .to_unicode(cmap);
        let mut font = pdf.cid_font(descendant);
        font.subtype(CidFontType::Type2)
            .base_font(Name(self.name))
            .system_info(IDENTITY)
            .font_descriptor(descriptor)
            .default_width(0.0)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = font.widths();
        for (number, (_, width)) in &self.shown {
            widths.consecutive(*number, [*width]);
        }
        widths.finish();
        font.finish();
        let height = |units: i16| self.thousandths(f32::from(units));
        let bounds = self.parsed.global_bounding_box();
        pdf.font_descriptor(descriptor)
            .name(Name(self.name))
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(
                height(bounds.x_min),
                height(bounds.y_min),
                height(bounds.x_max),
                height(bounds.y_max),
            ))
            .italic_angle(0.0)
            .ascent(height(self.parsed.ascender()))
            .descent(height(self.parsed.descender()))
            .cap_height(height(self.parsed.capital_height().unwrap_or(self.parsed.ascender())))
            .stem_v(90.0)
            .font_file2(file);
        let length = i32::try_from(part.len()).map_err(|_| Unprintable)?;
        pdf.stream(file, &part).pair(Name(b"Length1"), length);
        let mut letters = UnicodeCmap::<u16>::new(Name(b"carnet"), CMAP);
        for (number, (letter, _)) in &self.shown {
            letters.pair(*number, *letter);
        }
        pdf.stream(cmap, &letters.finish());
        Ok(())
    }
}
