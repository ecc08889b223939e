//! Stored bytes are packed: one byte that says how, then the content. Hashes are over the content, so packing
//! can change without touching the log.
//!
//! Records are short and alike, so most of them are compressed with a dictionary that is built into the program. It
//! was trained on invented samples (`examples/train_dictionary.rs`); no record of a person is in it. The first byte tells
//! the dictionary, and one that has been released never changes.

use std::cell::RefCell;
use std::io;

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::{CParameter, MAGICNUMBER, get_frame_content_size};

use crate::domain::error::{Error, Result};

const PLAIN: u8 = 0;
/// A zstd frame without a dictionary.
const ZSTD: u8 = 1;
/// A zstd frame with the first dictionary, whole. Earlier releases wrote it.
const ZSTD_FIRST: u8 = 2;
/// The same without what is alike in all of them: the magic number that a frame begins with, and the dictionary's own.
const ZSTD_FIRST_BARE: u8 = 3;

static FIRST: &[u8] = include_bytes!("dictionary-1");
/// The fastest level for short texts, where the dictionary does most of the work.
const SHORT_LEVEL: i32 = 1;
const LEVEL: i32 = 3;
/// Larger content brings its own repetitions: a dictionary for short texts would not help it.
const SHORT: usize = 16 * 1024;
/// What is shorter, such as `true`, has no shorter frame: not worth asking.
const TINY: usize = 16;
/// Nothing larger was ever stored; a larger claim is damage.
const MAX_CONTENT: u64 = 64 * 1024 * 1024;

thread_local! {
    static SHORT_COMPRESSOR: RefCell<Option<Compressor<'static>>> = RefCell::new(short_compressor().ok());
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = RefCell::new(Compressor::new(LEVEL).ok());
    static SHORT_DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = RefCell::new(Decompressor::with_dictionary(FIRST).ok());
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = RefCell::new(Decompressor::new().ok());
}

/// Packs content the smallest way.
#[must_use]
pub fn pack(content: &[u8]) -> Vec<u8> {
    let is_short = content.len() < SHORT;
    let compressor = if is_short { &SHORT_COMPRESSOR } else { &COMPRESSOR };
    let frame = (content.len() >= TINY).then(|| compress(compressor, content)).flatten();
    let smaller = match &frame {
        Some(frame) if is_short => {
            frame.strip_prefix(&MAGICNUMBER.to_le_bytes()).map(|bare| (ZSTD_FIRST_BARE, bare))
        }
        other => other.as_deref().map(|frame| (ZSTD, frame)),
    };
    let (how, bytes) = smaller.filter(|(_, bytes)| bytes.len() < content.len()).unwrap_or((PLAIN, content));
    let mut packed = Vec::with_capacity(bytes.len() + 1);
    packed.push(how);
    packed.extend_from_slice(bytes);
    packed
}

fn short_compressor() -> io::Result<Compressor<'static>> {
    let mut compressor = Compressor::with_dictionary(SHORT_LEVEL, FIRST)?;
    compressor.set_parameter(CParameter::DictIdFlag(false))?;
    Ok(compressor)
}

type Local<T> = std::thread::LocalKey<RefCell<Option<T>>>;

fn compress(compressor: &'static Local<Compressor<'static>>, content: &[u8]) -> Option<Vec<u8>> {
    compressor.with_borrow_mut(|compressor| compressor.as_mut()?.compress(content).ok())
}

/// Undoes [`pack`].
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<u8>> {
    match packed.split_first() {
        Some((&PLAIN, content)) => Ok(content.to_vec()),
        Some((&ZSTD, frame)) => decompress(&DECOMPRESSOR, frame).ok_or_else(damaged),
        Some((&ZSTD_FIRST, frame)) => decompress(&SHORT_DECOMPRESSOR, frame).ok_or_else(damaged),
        Some((&ZSTD_FIRST_BARE, bare)) => {
            let frame = [&MAGICNUMBER.to_le_bytes(), bare].concat();
            decompress(&SHORT_DECOMPRESSOR, &frame).ok_or_else(damaged)
        }
        _ => Err(damaged()),
    }
}

/// Undoes [`pack`] for text.
pub(super) fn unpack_text(packed: &[u8]) -> Result<String> {
    String::from_utf8(unpack(packed)?).map_err(|_| damaged())
}

fn decompress(decompressor: &'static Local<Decompressor<'static>>, frame: &[u8]) -> Option<Vec<u8>> {
    let size = get_frame_content_size(frame).ok().flatten().filter(|size| *size <= MAX_CONTENT)?;
    let size = usize::try_from(size).ok()?;
    decompressor.with_borrow_mut(|decompressor| decompressor.as_mut()?.decompress(frame, size).ok())
}

fn damaged() -> Error {
    Error::internal("stored bytes are damaged: they cannot be unpacked")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_back(content in prop::collection::vec(any::<u8>(), 0..4000)) {
            prop_assert_eq!(unpack(&pack(&content)).unwrap(), content);
        }

        #[test]
        fn damaged_bytes_are_an_error_and_never_a_panic(packed in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpack(&packed);
        }
    }

    #[test]
    fn what_earlier_releases_packed_comes_back() {
        let content =
            br#"["AAAAAAAAAAAAAAAAAAAAAA","E",{"kind":"consent","preferences":{"newsletter":true}}]"#;
        let frame = Compressor::with_dictionary(1, FIRST).unwrap().compress(content).unwrap();
        for (how, bytes) in [(PLAIN, content.as_slice()), (ZSTD_FIRST, &frame)] {
            assert_eq!(unpack(&[&[how], bytes].concat()).unwrap(), content);
        }
        let packed = pack(content);
        assert_eq!((packed[0], packed.len() < frame.len()), (ZSTD_FIRST_BARE, true));
    }

    #[test]
    fn text_that_repeats_itself_gets_smaller() {
        let content = "consent ".repeat(100);
        assert!(pack(content.as_bytes()).len() < 40);
    }
}
