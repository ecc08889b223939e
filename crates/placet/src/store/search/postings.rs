//! In which items of a segment a gram occurs: rising numbers, as the gaps between them in Rice code. A list takes little
//! more than what cannot be left out, whether the gram is in every second item or in three of sixty thousand.

use super::bytes::{Reader, damaged, put_size};
use crate::domain::error::Result;

/// The number of an item in a segment.
pub(super) type Number = u16;

/// A list of at least so many numbers says how many bytes it has, so that it can be skipped.
const LONG: usize = 16;

/// Appends a list of rising numbers, all below `items`.
pub(super) fn put(out: &mut Vec<u8>, numbers: &[Number], items: u32) {
    put_size(out, numbers.len());
    let low = low_bits(numbers.len(), items);
    let mut bits = BitWriter::default();
    let mut next = 0;
    for number in numbers {
        let gap = u32::from(*number) - next;
        bits.put_ones(gap >> low);
        bits.put(gap & ((1 << low) - 1), low);
        next = u32::from(*number) + 1;
    }
    let bytes = bits.finish();
    if numbers.len() >= LONG {
        put_size(out, bytes.len());
    }
    out.extend_from_slice(&bytes);
}

/// How many numbers the list has that bytes begin with.
pub(super) fn count(bytes: &[u8]) -> Result<usize> {
    Reader(bytes).size()
}

/// Goes past a list.
pub(super) fn skip(reader: &mut Reader<'_>, items: u32) -> Result<()> {
    let mut ahead = Reader(reader.0);
    if ahead.size()? < LONG {
        return take(reader, items).map(drop);
    }
    ahead.bytes()?;
    *reader = ahead;
    Ok(())
}

/// Reads a list that [`put`] wrote.
pub(super) fn take(reader: &mut Reader<'_>, items: u32) -> Result<Vec<Number>> {
    let count = reader.size()?;
    let low = low_bits(count, items);
    let length = if count >= LONG { Some(reader.size()?) } else { None };
    let bytes = length.map_or(Ok(reader.0), |length| reader.take(length))?;
    let mut bits = BitReader { bytes, taken: 0, waiting: 0, count: 0 };
    let mut numbers = Vec::with_capacity(count.min(items as usize));
    let mut next: u32 = 0;
    for _ in 0..count {
        let high = bits.ones()?.checked_shl(low).ok_or_else(damaged)?;
        let number = next.checked_add(high | bits.take(low)?).filter(|number| *number < items);
        let number = number.ok_or_else(damaged)?;
        numbers.push(Number::try_from(number).map_err(|_| damaged())?);
        next = number + 1;
    }
    if length.is_none() {
        reader.take(bits.bytes_used())?;
    }
    Ok(numbers)
}

/// How many bits of a gap are written as they are: so many that the rest, written as ones, is mostly none or one.
fn low_bits(count: usize, items: u32) -> u32 {
    let mean = u64::from(items) / (count as u64).max(1);
    (mean * 45 / 64).checked_ilog2().unwrap_or(0)
}

/// Bits from the lowest of each byte to its highest.
#[derive(Default)]
struct BitWriter {
    out: Vec<u8>,
    waiting: u64,
    count: u32,
}

impl BitWriter {
    fn put(&mut self, bits: u32, count: u32) {
        self.waiting |= u64::from(bits) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.out.push(self.waiting.to_le_bytes()[0]);
            self.waiting >>= 8;
            self.count -= 8;
        }
    }

    /// So many ones, and a zero.
    fn put_ones(&mut self, mut ones: u32) {
        while ones >= 16 {
            self.put(0xffff, 16);
            ones -= 16;
        }
        self.put((1 << ones) - 1, ones + 1);
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.out.push(self.waiting.to_le_bytes()[0]);
        }
        self.out
    }
}

struct BitReader<'b> {
    bytes: &'b [u8],
    /// Bytes of which bits wait or were given.
    taken: usize,
    waiting: u64,
    count: u32,
}

impl BitReader<'_> {
    fn fill(&mut self) {
        while self.count <= 56
            && let Some(byte) = self.bytes.get(self.taken)
        {
            self.waiting |= u64::from(*byte) << self.count;
            self.count += 8;
            self.taken += 1;
        }
    }

    /// Bytes of which at least one bit was given.
    fn bytes_used(&self) -> usize {
        self.taken - self.count as usize / 8
    }

    fn take(&mut self, count: u32) -> Result<u32> {
        self.fill();
        if count > self.count {
            return Err(damaged());
        }
        let taken = self.waiting & ((1 << count) - 1);
        self.waiting >>= count;
        self.count -= count;
        u32::try_from(taken).map_err(|_| damaged())
    }

    /// How many ones come before the next zero; goes past that.
    fn ones(&mut self) -> Result<u32> {
        let mut ones = 0;
        loop {
            self.fill();
            let here = self.waiting.trailing_ones().min(self.count);
            if self.count == 0 {
                return Err(damaged());
            }
            self.waiting = self.waiting.checked_shr(here).unwrap_or(0);
            self.count -= here;
            ones += here;
            if self.count > 0 {
                return self.take(1).map(|_| ones);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back(numbers: BTreeSet<Number>, more in 0_u32..1000) {
            let numbers: Vec<Number> = numbers.into_iter().collect();
            let items = numbers.last().map_or(0, |last| u32::from(*last) + 1) + more;
            let mut out = Vec::new();
            put(&mut out, &numbers, items);
            let (mut reader, mut passed) = (Reader(&out), Reader(&out));
            prop_assert_eq!(take(&mut reader, items).unwrap(), numbers.clone());
            prop_assert!(reader.is_at_end());
            skip(&mut passed, items).unwrap();
            prop_assert!(passed.is_at_end());
        }

        #[test]
        fn damaged_bytes_are_an_error_and_never_a_panic(bytes: Vec<u8>, items in 0_u32..=65_536) {
            let _ = (take(&mut Reader(&bytes), items), skip(&mut Reader(&bytes), items));
        }
    }

    #[test]
    fn lists_of_every_density_are_short() {
        for (step, bits_each) in [(1, 1.01), (2, 2.01), (10, 6.0), (100, 9.1), (1000, 12.5)] {
            let numbers: Vec<Number> = (0..=Number::MAX).step_by(step).collect();
            let mut out = Vec::new();
            put(&mut out, &numbers, 65_536);
            let number = |count: usize| f64::from(u32::try_from(count).unwrap());
            let bits = number(out.len()) * 8.0 / number(numbers.len());
            assert!(bits < bits_each, "every {step}th: {bits} bits each");
        }
    }
}
