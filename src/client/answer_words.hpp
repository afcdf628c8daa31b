// What the headers and refusals of a device say.
#pragma once

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <string>

#include "client/device.hpp"

namespace tarsier {

// Of an answer 200 or 206 with a length; else an error.
[[nodiscard]] Result<DownloadHead> head_of(
    const boost::beast::http::response<boost::beast::http::buffer_body>& response, const std::string& place);

}  // namespace tarsier
