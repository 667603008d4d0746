#pragma once

#include <string>
#include <vector>

#include "domain/config/config.hpp"
#include "domain/layer/composed_image.hpp"
#include "domain/layer/layer.hpp"

namespace mino {

/// The image that a run with layers uses.
struct LayeredImage {
  enum class State {
    kUnknown,    ///< the base is not here, so nobody knows which image it will be
    kToBeBuilt,  ///< it is not here
    kReady,
  };
  std::vector<Layer> layers;
  Origin origin;  ///< of the choice of layers
  std::string reason;
  LayerBase base;         ///< id and user empty while it is not here
  std::string digest;     ///< of composed_bytes(); empty while the base is not here
  std::string reference;  ///< the composed image; while the base is not here, the base
  State state = State::kUnknown;
};

}  // namespace mino
