//! `exports!`: one row becomes the exported symbol, its twins and aliases, and its entry in the table. No logic in here.

/// Declares exported functions, one row each, beside the safe functions they name.
///
/// ```
/// use ffi_base::*;
/// exports! { ROWS, "Examples", "rt_example_";
///     /// Adds two numbers.
///     #[twins(bits)]
///     fn add(a: f64, b: f64) -> f64 => add_numbers;
/// }
/// fn add_numbers(a: f64, b: f64) -> Result<f64> {
///     Ok(a + b)
/// }
/// assert_eq!(ROWS[0][0].name, "rt_example_add");
/// assert_eq!(ROWS[0][1].name, "rt_example_add_bits");
/// # // SAFETY: the row takes two words, no pointers.
/// let sum = unsafe { (ROWS[0][1].call)(&[1.0f64.to_bits() as i64, 2.0f64.to_bits() as i64]) };
/// assert_eq!(f64::from_bits(sum as u64), 3.0);
/// ```
///
/// The head names the table, its group and a prefix of every symbol; `, end "_"` after the prefix also ends every symbol so, the
/// twins' behind their own word: `rt_tensor_fill_`, `rt_tensor_fill_bits_`. A row's columns, in this order, all optional:
/// `#[feature = "cuda"]` (off: the symbol answers NOT_CONFIGURED), `#[mode(Blocking)]` (see [`Mode`](crate::Mode)),
/// `#[twins(bits, copy, into)]` (all-integer form; text into a buffer; ambiguous result through a pointer: the compiler
/// insists on each where the types call for it), `#[alias("rt_other")]`. A parameter `data & len: Array<f64>` crosses as two
/// words. The target after `=>` is a function, or `refuse [why]` where `why` is a function that makes the error: such a row looks at no
/// argument.
#[macro_export]
macro_rules! exports {
    // The whole table.
    ($table:ident, $group:literal, $prefix:expr; $($rows:tt)*) => { $crate::exports!(@table $table, $group, $prefix, ""; $($rows)*); };
    ($table:ident, $group:literal, $prefix:expr, end $end:literal; $($rows:tt)*) => { $crate::exports!(@table $table, $group, $prefix, $end; $($rows)*); };
    (@table $table:ident, $group:literal, $prefix:expr, $end:literal; $(
        $(#[doc = $doc:literal])*
        $(#[feature = $feature:literal])?
        $(#[mode($mode:ident)])?
        $(#[twins($($twin:ident),*)])?
        $(#[alias($($alias:literal),*)])?
        fn $name:ident $params:tt -> $ret:ty => $target:path $([$why:path])?;
    )*) => {
        $( $crate::exports!(@functions [$($doc)*] [$($feature)?] [$($mode)?] [$($($twin)*)?] [$($($alias)*)?] $prefix, $end, $name $params $ret, [$target $(, $why)?]); )*
        /// The rows declared here, each with its twins and aliases.
        pub const $table: &[&[$crate::Row]] = &[ $(
            $crate::exports!(@rows [$($doc)*] [$($feature)?] [$($mode)?] [$($($twin)*)?] [$($($alias)*)?] $group, $prefix, $end, $name $params $ret, [$target $(, $why)?])
        ),* ];
    };
    // One row: a column each as one token tree, so that the columns repeat independently of one another.
    (@functions $doc:tt $feature:tt $mode:tt [$($twin:ident)*] [$($alias:literal)*] $prefix:expr, $end:literal, $name:ident $params:tt $ret:ty, $target:tt) => {
        $crate::exports!(@symbol $doc $feature $mode $prefix, $end, $name $params $ret, $target);
        $crate::exports!(@demand [$($twin)*] $mode $params $ret);
        $( $crate::exports!(@twin $twin $prefix, $end, $name $params $ret); )*
        $( $crate::exports!(@alias $alias $name $params $ret); )*
    };
    (@rows $doc:tt $feature:tt $mode:tt [$($twin:ident)*] [$($alias:literal)*] $group:literal, $prefix:expr, $end:literal, $name:ident $params:tt $ret:ty, $target:tt) => {
        &[
            $crate::exports!(@row $doc $feature $mode $group, concat!($prefix, stringify!($name), $end), "", $name $params $ret),
            $( $crate::exports!(@twin_row $twin $doc $feature $mode $group, $prefix, $end, $name $params $ret, $target), )*
            $( $crate::exports!(@row $doc $feature $mode $group, $alias, concat!($prefix, stringify!($name), $end), $name $params $ret), )*
        ]
    };

    // The exported function itself.
    (@symbol [$($doc:literal)*] [$($feature:literal)?] [$($mode:ident)?] $prefix:expr, $end:literal, $name:ident ($($p:ident $(& $l:ident)? : $ty:ty),* $(,)?) $ret:ty, $target:tt) => {
        $(#[doc = $doc])*
        ///
        /// # Safety
        /// Pointers are valid for their stated lengths; a text of length -1 ends in NUL.
        #[unsafe(export_name = concat!($prefix, stringify!($name), $end))]
        pub unsafe extern "C" fn $name($($p: $crate::exports!(@wire $ty, $($l)?) $(, $l: i64)?),*) -> <$ret as $crate::IntoAbi>::Wire {
            $crate::guard::<$ret>(concat!($prefix, stringify!($name), $end), $crate::exports!(@mode $($mode)?), #[inline(always)] |_call| {
                $crate::exports!(@value [$($feature)?] _call, $target ($($p $(& $l)? : $ty),*))
            })
        }
    };

    // The all-integer twin. Twins with one more parameter are defined with their rows, below.
    (@twin bits $prefix:expr, $end:literal, $name:ident ($($p:ident $(& $l:ident)? : $ty:ty),* $(,)?) $ret:ty) => {
        const _: () = {
            #[unsafe(export_name = concat!($prefix, stringify!($name), "_bits", $end))]
            unsafe extern "C" fn twin($($p: i64 $(, $l: i64)?),*) -> i64 {
                $crate::exports!(@unpack $( ($p $($l)?) <$ty as $crate::FromAbi>::from_words(&[$p $(, $l)?]); )*);
                // SAFETY: the caller's promise about the same pointers, passed on.
                <$ret as $crate::IntoAbi>::to_word(unsafe { $name($($p $(, $l)?),*) })
            }
        };
    };
    (@twin $other:ident $($rest:tt)*) => {};
    (@alias $alias:literal $name:ident ($($p:ident $(& $l:ident)? : $ty:ty),* $(,)?) $ret:ty) => {
        const _: () = {
            #[unsafe(export_name = $alias)]
            unsafe extern "C" fn alias($($p: $crate::exports!(@wire $ty, $($l)?) $(, $l: i64)?),*) -> <$ret as $crate::IntoAbi>::Wire {
                // SAFETY: the caller's promise about the same pointers, passed on.
                unsafe { $name($($p $(, $l)?),*) }
            }
        };
    };

    // Check every parameter, then call the target, or refuse.
    (@value $feature:tt $call:ident, [$refuse:path, $why:path] $params:tt) => {{ $crate::exports!(@ignore $params); Err($why()) }};
    (@value [] $call:ident, $target:tt $params:tt) => { $crate::exports!(@checked $call, $target $params) };
    (@value [$feature:literal] $call:ident, $target:tt $params:tt) => {{
        #[cfg(feature = $feature)]
        { $crate::exports!(@checked $call, $target $params) }
        #[cfg(not(feature = $feature))]
        { $crate::exports!(@ignore $params); Err($crate::row::not_configured($feature)) }
    }};
    (@checked $call:ident, $target:tt ($($p:ident $(& $l:ident)? : $ty:ty),*)) => {{
        $(
            // SAFETY: the caller of the exported function promises that pointers are valid for their stated lengths.
            let $p = unsafe { <$ty as $crate::FromAbi>::check($call, $crate::exports!(@pair $p $($l)?)) }.map_err(|e| e.at(stringify!($p)))?;
        )*
        $crate::exports!(@target $target ($($p : $ty),*))
    }};
    (@target [$target:path] ($($p:ident : $ty:ty),*)) => { $target($(<$ty as $crate::FromAbi>::lend(&$p)),*) };
    (@ignore ($($p:ident $(& $l:ident)? : $ty:ty),*)) => { $( let _ = $p; $( let _ = $l; )? )* };

    // What the types call for, the row must have.
    (@demand [$($twin:ident)*] [$($mode:ident)?] ($($p:ident $(& $l:ident)? : $ty:ty),* $(,)?) $ret:ty) => {
        const _: () = {
            let double = false $(|| <$ty as $crate::FromAbi>::DOUBLE)* || <$ret as $crate::IntoAbi>::DOUBLE;
            let lends_text = matches!(<$ret as $crate::IntoAbi>::RETURNS.sort, $crate::Sort::TextOut);
            let ambiguous = $crate::exports!(@mode $($mode)?).is_ambiguous();
            assert!(double == $crate::exports!(@has bits $($twin)*), "a row has #[twins(bits)] exactly when a double crosses");
            assert!(lends_text == $crate::exports!(@has copy $($twin)*), "a row has #[twins(copy)] exactly when it returns text");
            assert!(ambiguous == $crate::exports!(@has into $($twin)*), "a row has #[twins(into)] exactly when its mode is Ambiguous or Waiting");
        };
    };
    (@has $wanted:ident) => { false };
    (@has bits bits $($rest:ident)*) => { true };
    (@has copy copy $($rest:ident)*) => { true };
    (@has into into $($rest:ident)*) => { true };
    (@has $wanted:ident $other:ident $($rest:ident)*) => { $crate::exports!(@has $wanted $($rest)*) };

    // Entries of the table.
    (@twin_row bits $doc:tt $feature:tt $mode:tt $group:literal, $prefix:expr, $end:literal, $name:ident ($($p:ident $(& $l:ident)? : $ty:ty),* $(,)?) $ret:ty, $target:tt) => {
        $crate::Row {
            params: &[ $( $crate::row::bits_param(&[stringify!($p) $(, stringify!($l))?], <$ty as $crate::FromAbi>::PARTS) ),* ],
            returns: $crate::row::bits_returns(<$ret as $crate::IntoAbi>::RETURNS),
            ..$crate::exports!(@row $doc $feature $mode $group, concat!($prefix, stringify!($name), "_bits", $end), concat!($prefix, stringify!($name), $end), $name ($($p $(& $l)? : $ty),*) $ret)
        }
    };
    (@twin_row copy $doc:tt $feature:tt $mode:tt $group:literal, $prefix:expr, $end:literal, $name:ident $params:tt $ret:ty, $target:tt) => {
        $crate::exports!(@extra_row "_copy" [buffer & capacity: $crate::abi::TextBuffer] $crate::Count, |out, text, $crate::TextOut| Ok(text.copy_to(out)),
            $doc $feature $mode $group, $prefix, $end, $name $params $target)
    };
    (@twin_row into $doc:tt $feature:tt $mode:tt $group:literal, $prefix:expr, $end:literal, $name:ident $params:tt $ret:ty, $target:tt) => {
        $crate::exports!(@extra_row "_into" [out: $crate::Out<<$ret as $crate::IntoAbi>::Wire>] $crate::Status, |out, value, <$ret as $crate::IntoAbi>::Value| {
            out.write(&[<$ret as $crate::IntoAbi>::into_wire(value)?]);
            Ok(())
        }, $doc $feature $mode $group, $prefix, $end, $name $params $target)
    };
    // A twin with one more parameter, where the result goes: its symbol is defined inside its row.
    (@extra_row $suffix:literal [$x:ident $(& $xl:ident)? : $xty:ty] $ret:ty, |$out:ident, $value:ident, $vty:ty| $finish:expr,
        $doc:tt $feature:tt [$($mode:ident)?] $group:literal, $prefix:expr, $end:literal, $name:ident ($($p:ident $(& $l:ident)? : $ty:ty),* $(,)?) $target:tt) => {
        $crate::Row {
            name: concat!($prefix, stringify!($name), $suffix, $end),
            twin_of: concat!($prefix, stringify!($name), $end),
            group: $group,
            doc: $crate::exports!(@doc $doc),
            feature: $crate::exports!(@feature $feature),
            params: &[
                $( $crate::Param { names: &[stringify!($p) $(, stringify!($l))?], parts: <$ty as $crate::FromAbi>::PARTS }, )*
                $crate::Param { names: &[stringify!($x) $(, stringify!($xl))?], parts: <$xty as $crate::FromAbi>::PARTS },
            ],
            returns: <$ret as $crate::IntoAbi>::RETURNS,
            mode: $crate::exports!(@mode $($mode)?),
            call: {
                #[unsafe(export_name = concat!($prefix, stringify!($name), $suffix, $end))]
                unsafe extern "C" fn twin($($p: $crate::exports!(@wire $ty, $($l)?), $($l: i64,)?)* $x: $crate::exports!(@wire $xty, $($xl)?) $(, $xl: i64)?) -> i64 {
                    $crate::guard::<$ret>(concat!($prefix, stringify!($name), $suffix, $end), $crate::exports!(@mode $($mode)?), |_call| {
                        // SAFETY: the caller promises that an output pointer is valid for its stated capacity.
                        let $out = unsafe { <$xty as $crate::FromAbi>::check(_call, $crate::exports!(@pair $x $($xl)?)) }.map_err(|e| e.at(stringify!($x)))?;
                        let $value: $crate::Result<$vty> = (|| $crate::exports!(@value $feature _call, $target ($($p $(& $l)? : $ty),*)))();
                        let $value = $value?;
                        $finish
                    })
                }
                |_words: &[i64]| {
                    let mut _at = 0;
                    $crate::exports!(@words _words _at $( ($p $($l)?) $ty; )* ($x $($xl)?) $xty;);
                    // SAFETY: `Row::call` passes on its caller's promise about pointers.
                    unsafe { twin($($p, $($l,)?)* $x $(, $xl)?) }
                }
            },
        }
    };
    (@row $doc:tt $feature:tt [$($mode:ident)?] $group:literal, $symbol:expr, $twin_of:expr, $name:ident ($($p:ident $(& $l:ident)? : $ty:ty),* $(,)?) $ret:ty) => {
        $crate::Row {
            name: $symbol,
            group: $group,
            doc: $crate::exports!(@doc $doc),
            feature: $crate::exports!(@feature $feature),
            twin_of: $twin_of,
            params: &[ $( $crate::Param { names: &[stringify!($p) $(, stringify!($l))?], parts: <$ty as $crate::FromAbi>::PARTS } ),* ],
            returns: <$ret as $crate::IntoAbi>::RETURNS,
            mode: $crate::exports!(@mode $($mode)?),
            call: |_words: &[i64]| {
                let mut _at = 0;
                $crate::exports!(@words _words _at $( ($p $($l)?) $ty; )*);
                // SAFETY: `Row::call` passes on its caller's promise about pointers.
                <$ret as $crate::IntoAbi>::to_word(unsafe { $name($($p $(, $l)?),*) })
            },
        }
    };
    (@feature [$($feature:literal)?]) => { concat!("", $($feature)?) };
    (@doc [$($doc:literal)*]) => { concat!($($doc, "\n"),*) };

    // Small change.
    (@wire $ty:ty, ) => { <$ty as $crate::FromAbi>::Wire };
    (@wire $ty:ty, $l:ident) => { <<$ty as $crate::FromAbi>::Wire as $crate::abi::Pair>::First };
    (@pair $p:ident) => { $p };
    (@pair $p:ident $l:ident) => { ($p, $l) };
    (@mode) => { $crate::Mode::Plain };
    (@mode $mode:ident) => { $crate::Mode::$mode };
    (@unpack $( ($p:ident $($l:ident)?) $from:expr; )*) => { $( let $p = $from; $crate::exports!(@split $p $($l)?); )* };
    (@words $words:ident $at:ident $( ($p:ident $($l:ident)?) $ty:ty; )*) => {
        $(
            let $p = <$ty as $crate::FromAbi>::from_words(&$words[$at..]);
            $at += <$ty as $crate::FromAbi>::PARTS.len();
            $crate::exports!(@split $p $($l)?);
        )*
        let _ = $at;
    };
    (@split $p:ident) => {};
    (@split $p:ident $l:ident) => { let ($p, $l) = $p; };
}

#[cfg(test)]
mod tests {
    use crate::*;
    use std::ffi::CStr;

    kinds! { KINDS; /// A box of numbers.
    BoxKind = 60, "box", "rt_box", true, Vec<f64>; }

    exports! { ROWS, "Tests", "rt_test_";
        /// Makes a box.
        fn new(data & len: Array<f64>) -> Handle<BoxKind> => new_box;
        /// One element.
        #[mode(Ambiguous)]
        #[twins(bits, into)]
        #[alias("rt_test_nth", "rt_test_element")]
        fn item(b: Handle<BoxKind>, i: i64, plus: f64) -> f64 => item_of;
        /// Its text.
        #[twins(copy)]
        fn show(b: Handle<BoxKind>) -> Text => show_box;
        /// Needs a feature that no build has.
        #[feature = "never"]
        fn never(b: Handle<BoxKind>, x: Out<i64>) -> Status => there::is::no::such_function;
        /// Numbers out.
        fn numbers(out & capacity: OutArray<i64>) -> Count => write_numbers;
        /// Whether a text arrives.
        fn named(name & len: Text) -> Bool => is_named;
        /// Not yet.
        #[twins(bits)]
        fn later(b: Handle<BoxKind>, x: f64) -> Bool => refuse [planned];
    }

    #[allow(clippy::unnecessary_wraps)]
    fn new_box(data: &[f64]) -> Result<Vec<f64>> {
        Ok(data.to_vec())
    }
    #[allow(clippy::ptr_arg)]
    fn item_of(b: &Vec<f64>, i: i64, plus: f64) -> Result<f64> {
        b.get(i as usize)
            .map(|v| v + plus)
            .ok_or_else(|| error!(InvalidArgument, "index {i} is outside 0..{}", b.len()))
    }
    fn show_box(b: &Vec<f64>) -> Result<TextOut> {
        Ok(format!("{b:?}").into())
    }
    #[allow(clippy::unnecessary_wraps)]
    fn write_numbers(out: OutSlice<'_, i64>) -> Result<i64> {
        out.write(&[1, 2, 3]);
        Ok(3)
    }
    #[allow(clippy::unnecessary_wraps)]
    fn is_named(name: &str) -> Result<bool> {
        Ok(!name.is_empty())
    }
    fn planned() -> Error {
        error!(Unsupported, "planned")
    }
    fn row(name: &str) -> &'static Row {
        ROWS.iter().copied().flatten().find(|row| row.name == name).unwrap()
    }

    #[test]
    fn a_row_works_by_symbol_by_words_and_by_twin() {
        let data = [1.0, 2.5];
        // SAFETY: two elements behind the pointer; all handles and numbers may be anything.
        unsafe {
            let b = new(data.as_ptr(), 2);
            assert_eq!(item(b, 1, 0.5), 3.0);
            let words = [b, 1, 0.5f64.to_bits() as i64];
            for name in ["rt_test_item", "rt_test_item_bits", "rt_test_nth", "rt_test_element"] {
                assert_eq!(f64::from_bits((row(name).call)(&words) as u64), 3.0, "{name}");
            }
            let mut out = 0f64;
            let into = [words[0], words[1], words[2], (&raw mut out).expose_provenance() as i64];
            assert_eq!(((row("rt_test_item_into").call)(&into), out), (0, 3.0));
            assert!(item(b, 9, 0.0).is_nan());
            assert_eq!(last_error::message(), "rt_test_item: index 9 is outside 0..2");
            assert_eq!(item(b, 0, 0.0), 1.0);
            assert_eq!(last_error::code(), 0, "an ambiguous row clears on success");
            assert_eq!(CStr::from_ptr(show(b)), c"[1.0, 2.5]");
            let mut buffer = [7u8; 5];
            let copy = [b, buffer.as_mut_ptr().expose_provenance() as i64, 5];
            assert_eq!((row("rt_test_show_copy").call)(&copy), 10);
            assert_eq!(&buffer, b"[1.0\0");
            assert_eq!(later(b, 1.0), 0);
            assert_eq!(last_error::message(), "rt_test_later: planned");
            assert_eq!(never(0, std::ptr::null_mut()), Code::NotConfigured.number());
            assert!(object::free(b).is_ok());
            assert!(item(b, 0, 0.0).is_nan());
            assert_eq!(last_error::code(), Code::InvalidHandle.number());
            assert!(last_error::message().starts_with("rt_test_item: b: "), "{}", last_error::message());
        }
    }

    #[test]
    fn bad_pointers_are_refused() {
        let data = [1.0, 2.5, 3.0];
        // SAFETY: every pointer here is null, misaligned (and refused unread), or has a length that is refused.
        unsafe {
            assert_eq!(new(std::ptr::null(), 2), 0);
            assert_eq!(last_error::code(), Code::NullPointer.number());
            assert_eq!(new(data.as_ptr().byte_add(1), 2), 0);
            assert_eq!(new(data.as_ptr(), -1), 0);
            assert_eq!(new(data.as_ptr(), i64::MAX), 0);
            assert_eq!(last_error::code(), Code::InvalidArgument.number());
            assert_eq!(named(c"x".as_ptr(), i64::MAX), 0, "bytes too: no text is as long as memory");
            assert_eq!(last_error::code(), Code::InvalidArgument.number());
            let mut room = [0i64; 2];
            assert_eq!(numbers(room.as_mut_ptr().byte_add(1), 0), 3, "no room needs no aligned pointer");
            assert_eq!((numbers(room.as_mut_ptr(), 2), room), (3, [1, 2]));
            let empty = new(std::ptr::null(), 0);
            assert!(empty > 0, "an empty range needs no pointer");
            assert!(object::free(empty).is_ok());
        }
    }

    #[test]
    fn signatures_read_as_c() {
        assert_eq!(row("rt_test_new").signature(), "rt_box rt_test_new(const double *data, int64_t len)");
        assert_eq!(row("rt_test_item").signature(), "double rt_test_item(rt_box b, int64_t i, double plus)");
        assert_eq!(
            row("rt_test_item_bits").signature(),
            "int64_t rt_test_item_bits(rt_box b, int64_t i, int64_t plus)"
        );
        assert_eq!(
            row("rt_test_show_copy").signature(),
            "int64_t rt_test_show_copy(rt_box b, char *buffer, int64_t capacity)"
        );
        assert_eq!(KINDS[0].name, "box");
    }
}
