// OwedAck: an acknowledgement that is due, in so many copies.
#pragma once

namespace longwire::s5066 {

class OwedAck {
 public:
  void owe(unsigned copies) { left_ = copies; }
  bool due() const { return left_ > 0; }
  unsigned left() const { return left_; }
  void sent() {
    --left_;
    in_over_ = true;
  }
  void over_ended(bool complete, unsigned copies) {
    if (!complete && in_over_) left_ = copies;
    in_over_ = false;
  }
  void clear() { left_ = 0; }

 private:
  unsigned left_ = 0;
  bool in_over_ = false;
};

}  // namespace longwire::s5066
