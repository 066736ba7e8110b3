"""Calls the library through the package; run with FFI_CORE_LIBRARY naming it. Prints one line."""

import ctypes
import os

import ffi_suite as ffi


def refused(code, call, *arguments):
    try:
        call(*arguments)
    except ffi.FfiError as error:
        assert error.code == code, error.code
        assert str(error).startswith(call.__name__ + ": "), str(error)
        return
    raise AssertionError(call.__name__ + " did not fail")


assert ffi.rt_version()
assert ffi.rt_function_count() == len(ffi._rows.ROWS)
assert ffi.rt_error_name(ffi.RT_ERROR_TIMEOUT) == "TIMEOUT"
assert ffi.rt_has_feature("no such feature") == 0
assert ffi.rt_function_find("rt_version") >= 0
assert ffi.rt_last_error_copy.__doc__
refused(ffi.RT_ERROR_NOT_FOUND, ffi.rt_function_find, "rt_nonsense")
refused(ffi.RT_ERROR_INVALID_HANDLE, ffi.rt_tensor_sum, 0)
refused(ffi.RT_ERROR_INVALID_HANDLE, ffi.rt_tensor_item, 0)
refused(ffi.RT_ERROR_NULL_POINTER, ffi.rt_function_find, None, 3)

# What ctypes itself refuses names the function, too.
for wrong, arguments in ((ctypes.ArgumentError, (1.5,)), (TypeError, ())):
    try:
        ffi.rt_tensor_numel(*arguments)
        raise AssertionError("a wrong argument was taken")
    except wrong as error:
        assert str(error).startswith("rt_tensor_numel(tensor): "), str(error)

heard = []
listener = ffi.rt_log_fn(lambda level, text, length, user: heard.append((level, ctypes.string_at(text, length).decode())))
assert ffi.rt_log_set_callback(listener, None) == 0
ffi.rt_device_at(0)
if os.environ.get("FFI_NUM_THREADS") == "many":
    told = [text for level, text in heard if level == 2 and "FFI_NUM_THREADS" in text]
    assert len(told) == 1 and "many" in told[0], heard
assert ffi.rt_log_set_callback(ffi.rt_log_fn(), None) == 0

result = ctypes.c_int64()
assert ffi.rt_call("rt_abi_version", None, 0, ctypes.byref(result)) == 0
assert result.value == ffi.rt_abi_version()

tensors = 0
try:
    data = (ctypes.c_double * 6)(*range(6))
    dims = (ctypes.c_int64 * 2)(2, 3)
    tensor = ffi.rt_tensor_from_data(data, 6, dims, 2, ffi.RT_F64, ffi.RT_DEVICE_DEFAULT)
except ffi.FfiError as error:
    print("no tensors here:", error)
else:
    total = ffi.rt_tensor_sum(tensor)
    assert ffi.rt_tensor_item(total) == 15.0
    assert ffi.rt_tensor_free(tensor) == 0 and ffi.rt_tensor_free(total) == 0
    tensors = 2
assert ffi.rt_handle_live(0) == 0
print(f"ok: {len(ffi._rows.ROWS)} functions, {tensors} tensors")
