//! One A4 page as a tagged PDF: every text is a block with its role, in the order it is read; lines and boxes
//! are decoration, which readers aloud leave out. Places are points from the top left, to the baseline.

use pdf_writer::types::{StructRole, TabOrder};
use pdf_writer::writers::StructTreeRoot;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::Unprintable;
use crate::face::Face;

pub(crate) const WIDTH: f32 = 595.28;
pub(crate) const HEIGHT: f32 = 841.89;

/// Points in a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// Text somewhere on the page.
pub(crate) struct Piece<'a> {
    pub(crate) text: &'a str,
    pub(crate) weight: Weight,
    pub(crate) size: f32,
    pub(crate) x: f32,
    pub(crate) y: f32,
}

pub(crate) struct Sheet {
    content: Content,
    regular: Face,
    bold: Face,
    /// The roles of the blocks; a block's place is its number in the content.
    blocks: Vec<StructRole>,
}

impl Sheet {
    pub(crate) fn new() -> Result<Self, Unprintable> {
        let mut content = Content::new();
        content.set_fill_gray(0.0).set_stroke_gray(0.0);
        Ok(Self { content, regular: Face::regular()?, bold: Face::bold()?, blocks: Vec::new() })
    }

    pub(crate) fn width(&self, weight: Weight, size: f32, text: &str) -> f32 {
        match weight {
            Weight::Regular => self.regular.width(text, size),
            Weight::Bold => self.bold.width(text, size),
        }
    }

    /// A block made of pieces. `spoken` is what readers aloud say and copying gives, where it is not the pieces
    /// one after the other.
    pub(crate) fn block(&mut self, role: StructRole, pieces: &[Piece<'_>], spoken: Option<&str>) {
        let number = i32::try_from(self.blocks.len()).unwrap_or(i32::MAX);
        self.content.begin_marked_content_with_properties(role.to_name()).properties().identify(number);
        if let Some(spoken) = spoken {
            // in a span of its own: that is where readers look for it
            let mut mark = self.content.begin_marked_content_with_properties(Name(b"Span"));
            mark.properties().actual_text(TextStr(spoken));
        }
        self.content.begin_text();
        for piece in pieces {
            let (font, bytes): (&[u8], _) = match piece.weight {
                Weight::Regular => (b"R", self.regular.encode(piece.text)),
                Weight::Bold => (b"B", self.bold.encode(piece.text)),
            };
            self.content
                .set_font(Name(font), piece.size)
                .set_text_matrix([1.0, 0.0, 0.0, 1.0, piece.x, HEIGHT - piece.y])
                .show(Str(&bytes));
        }
        self.content.end_text();
        if spoken.is_some() {
            self.content.end_marked_content();
        }
        self.content.end_marked_content();
        self.blocks.push(role);
    }

    /// A paragraph, broken between words; the baseline after its last line.
    pub(crate) fn paragraph(&mut self, role: StructRole, at: Piece<'_>, width: f32, leading: f32) -> f32 {
        let lines = self.lines(&at, width);
        let pieces: Vec<_> = lines
            .iter()
            .scan(at.y, |y, line| {
                let here = *y;
                *y += leading;
                Some(Piece { text: line, y: here, ..at })
            })
            .collect();
        self.block(role, &pieces, None);
        at.y + leading * pieces.len() as f32
    }

    fn lines(&self, at: &Piece<'_>, width: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in at.text.split(' ').filter(|it| !it.is_empty()) {
            // the space stays at the end of its line: what is copied keeps its words apart
            match lines.last_mut() {
                Some(line) if self.width(at.weight, at.size, &format!("{line}{word}")) <= width => {
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
            if let Some(line) = lines.last_mut() {
                line.push(' ');
            }
        }
        if let Some(last) = lines.last_mut() {
            last.truncate(last.trim_end().len());
        }
        lines
    }

    pub(crate) fn line(&mut self, from: (f32, f32), to: (f32, f32), width: f32) {
        self.content
            .begin_marked_content(Name(b"Artifact"))
            .set_line_width(width)
            .move_to(from.0, HEIGHT - from.1)
            .line_to(to.0, HEIGHT - to.1)
            .stroke()
            .end_marked_content();
    }

    /// `top` and `left` of the box, then its size.
    pub(crate) fn frame(&mut self, left: f32, top: f32, width: f32, height: f32) {
        self.content
            .begin_marked_content(Name(b"Artifact"))
            .set_line_width(0.75)
            .rect(left, HEIGHT - top - height, width, height)
            .stroke()
            .end_marked_content();
    }

    /// The whole file. The title is shown by whoever opens it: nothing secret.
    pub(crate) fn finish(self, title: &str) -> Result<Vec<u8>, Unprintable> {
        let mut last = 0;
        let mut next = || {
            last += 1;
            Ref::new(last)
        };
        let mut pdf = Pdf::new();
        pdf.set_version(1, 7);
        let [catalog, tree, page, content, root, document, parents, info, metadata, regular, bold] =
            std::array::from_fn(|_| next());
        let elements: Vec<Ref> = self.blocks.iter().map(|_| next()).collect();

        let mut it = pdf.catalog(catalog);
        it.pages(tree).lang(TextStr("fr-FR")).metadata(metadata);
        it.mark_info().marked(true);
        it.viewer_preferences().display_doc_title(true);
        it.pair(Name(b"StructTreeRoot"), root);
        it.finish();
        let mut structure: StructTreeRoot<'_> = pdf.indirect(root).start();
        structure.child(document).parent_tree_next_key(1);
        structure.parent_tree().nums().insert(0, parents);
        structure.finish();
        pdf.document_info(info).title(TextStr(title)).producer(TextStr("carnet"));
        pdf.stream(metadata, xmp(title).as_bytes())
            .pair(Name(b"Type"), Name(b"Metadata"))
            .pair(Name(b"Subtype"), Name(b"XML"));
        pdf.pages(tree).kids([page]).count(1);
        let mut it = pdf.page(page);
        it.parent(tree).media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).contents(content);
        it.struct_parents(0).tab_order(TabOrder::StructureOrder);
        it.resources().fonts().pair(Name(b"R"), regular).pair(Name(b"B"), bold);
        it.finish();
        pdf.stream(content, &self.content.finish());

        let mut it = pdf.struct_element(document);
        it.kind(StructRole::Document).parent(root);
        let mut children = it.children();
        for element in &elements {
            children.struct_element(*element);
        }
        children.finish();
        it.finish();
        let mut array = pdf.indirect(parents).array();
        array.items(elements.iter().copied());
        array.finish();
        for (number, (role, element)) in self.blocks.iter().zip(&elements).enumerate() {
            let mut it = pdf.struct_element(*element);
            it.kind(*role).parent(document).page(page);
            it.children().marked_content_id(i32::try_from(number).map_err(|_| Unprintable)?);
        }
        self.regular.write(&mut pdf, regular, &mut next)?;
        self.bold.write(&mut pdf, bold, &mut next)?;
        Ok(pdf.finish())
    }
}

fn xmp(title: &str) -> String {
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title><rdf:Alt>\
         <rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title><dc:language><rdf:Bag>\
         <rdf:li>fr-FR</rdf:li></rdf:Bag></dc:language></rdf:Description></rdf:RDF></x:xmpmeta>\n\
         <?xpacket end=\"r\"?>"
    )
}
