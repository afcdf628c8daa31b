#include <CppUTest/TestHarness.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "kernels/gray.hpp"
#include "kernels/instruction_set.hpp"

using namespace tarsier;

namespace {

// All 65,536 greens and blues with one red.
cv::Mat colours_with(int red) {
  cv::Mat rgb(256, 256, CV_8UC3);
  for (int green = 0; green < 256; ++green) {
    for (int blue = 0; blue < 256; ++blue) {
      rgb.at<cv::Vec3b>(green, blue) = {static_cast<uchar>(red), static_cast<uchar>(green), static_cast<uchar>(blue)};
    }
  }
  return rgb;
}

cv::Mat gray_of(const cv::Mat& rgb) {
  cv::Mat gray(rgb.rows, rgb.cols, CV_8UC1);
  FrameView frame{.format = PixelFormat::rgb24, .width_px = 65536, .height_px = 1, .planes = {}};
  frame.planes[0] = {reinterpret_cast<const std::byte*>(rgb.data), 3 * 65536};
  gray_line(frame, 0, 0, std::span(gray.data, gray.total()));
  return gray;
}

}  // namespace

TEST_GROUP(GrayOpenCv){};

TEST(GrayOpenCv, gray_of_every_colour_is_that_of_cvtColor) {
  for (const InstructionSet set : instruction_sets()) {
    use_instruction_set(set);
    int different = 0;
    for (int red = 0; red < 256; ++red) {
      const cv::Mat rgb = colours_with(red);
      cv::Mat expected;
      cv::cvtColor(rgb, expected, cv::COLOR_RGB2GRAY);
      different += cv::countNonZero(expected != gray_of(rgb));
    }
    CHECK_EQUAL(0, different);
  }
}
