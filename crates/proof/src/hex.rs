//! Lower-case hexadecimal, the spelling of every hash that leaves this crate as text.

use std::fmt;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Writes bytes as lower-case hexadecimal, two digits each.
pub(crate) fn write(bytes: &[u8], out: &mut fmt::Formatter<'_>) -> fmt::Result {
    // Through a buffer: digests are written many times per record, and a formatted byte at a time is slow.
    let mut buffer = [0; 128];
    for chunk in bytes.chunks(buffer.len() / 2) {
        for (pair, byte) in buffer.chunks_exact_mut(2).zip(chunk) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        out.write_str(str::from_utf8(&buffer[..chunk.len() * 2]).map_err(|_| fmt::Error)?)?;
    }
    Ok(())
}

/// Reads exactly 64 lower-case hexadecimal digits. Upper case is refused, so that a hash has one spelling.
pub(crate) fn read_32(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
