/* engine/model/feel/builtins.h - one declaration a row of builtin.def. */
#ifndef MODEL_FEEL_BUILTINS_H
#define MODEL_FEEL_BUILTINS_H

#include "model/feel/feel_int.h"

#define BUILTIN(id, name, params, types, least, pure) feel_builtin bif_##id;
#include "model/feel/builtin.def"
#undef BUILTIN

#endif
