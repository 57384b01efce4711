//! A document's bytes, sealed in chunks: a row of the same commit up to 256 kB, an object synced before it
//! beyond (design, "Storage").

use std::io::Write;

use journal::BodyMark;
use model::{Place, RowId, RowKind};
use store::Body;

use super::content::Content;
use crate::base::Base;
use crate::commit::Change;
use crate::failure::{Failure, Fault};
use crate::records::Records;
use crate::rows::BodyPlace;

/// Sealed bytes up to this size are a row.
const MOST_IN_A_ROW: usize = 256 * 1024;

impl Records {
    /// Where a document's bytes are; none where they were sealed for what is no longer there.
    pub(super) fn body_of(
        &self,
        base: &Base,
        content: &Content,
        change: &mut Change,
    ) -> Result<Option<BodyPlace>, Failure> {
        match content {
            Content::Whole(bytes) => self.store_body(base, bytes, change).map(Some),
            Content::Sealed(sealed) => Ok(sealed.place_in(base, change)),
            Content::Awaited => Ok(None),
        }
    }

    pub(crate) fn store_body(
        &self,
        base: &Base,
        plain: &[u8],
        change: &mut Change,
    ) -> Result<BodyPlace, Failure> {
        let row = RowId::random(self.dice());
        let place = Place { record: base.record, kind: RowKind::Document, row, version: 1 };
        let unwritable = || Fault::Unwritable { what: "a document's bytes" };
        let mut stream =
            base.keys.sealer(RowKind::Document).stream(&place, self.dice()).map_err(|_| unwritable())?;
        let small = plain.len() <= MOST_IN_A_ROW;
        let (object, summary) = if small {
            let mut sealed = Vec::with_capacity(plain.len() + 1024);
            stream.push(plain, &mut sealed).map_err(|_| unwritable())?;
            let summary = stream.finish(&mut sealed).map_err(|_| unwritable())?;
            let mark = BodyMark { row, version: 1, sha256: summary.tags_digest };
            change.body(Body { row, version: 1, sealed }, mark);
            (None, summary)
        } else {
            let mut writer = self.parts().store.object_writer(self.dice())?;
            let sealed = stream.push(plain, &mut writer).and_then(|()| stream.finish(&mut writer));
            let flushed = writer.flush();
            // first: it knows why a write failed
            let object = writer.finish()?;
            let summary = sealed.map_err(|_| unwritable())?;
            flushed.map_err(|_| unwritable())?;
            change.object(object, BodyMark { row, version: 1, sha256: summary.tags_digest });
            (Some(object), summary)
        };
        Ok(BodyPlace { row, object, stream: summary })
    }
}
