`timescale 1 ps/1 ps

// Streaming, filling up, draining, one in and one out with one word held, resets while full, then four
// mixes of pressure from both sides.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_in_ready;
        int errortime_in_ready;
        int errors_out_valid;
        int errortime_out_valid;
        int errors_out_data;
        int errortime_out_data;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic reset;
    logic in_valid;
    logic [7:0] in_data;
    logic out_ready;
    logic in_ready_ref;
    logic in_ready_dut;
    logic out_valid_ref;
    logic out_valid_dut;
    logic [7:0] out_data_ref;
    logic [7:0] out_data_dut;

    RefModule good1 (
        .clk(clk),
        .reset(reset),
        .in_valid(in_valid),
        .in_data(in_data),
        .out_ready(out_ready),
        .in_ready(in_ready_ref),
        .out_valid(out_valid_ref),
        .out_data(out_data_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .reset(reset),
        .in_valid(in_valid),
        .in_data(in_data),
        .out_ready(out_ready),
        .in_ready(in_ready_dut),
        .out_valid(out_valid_dut),
        .out_data(out_data_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 58414;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    task steps(input int n, input int in_of_8, input int out_of_8);
        repeat (n) @(negedge clk) begin
            in_valid = pick(8) < in_of_8;
            out_ready = pick(8) < out_of_8;
            in_data = $random(seed);
        end
    endtask
    initial begin
        reset = 1; in_valid = 1; out_ready = 1; in_data = 8'h01;
        repeat (2) @(negedge clk);
        reset = 0;
        steps(8, 8, 8);
        steps(5, 8, 0);
        steps(1, 8, 8);
        steps(4, 8, 0);
        steps(5, 0, 8);
        steps(3, 8, 0);
        steps(8, 8, 8);
        // out_ready in the middle of a cycle is nobody's business.
        steps(3, 8, 0);
        @(posedge clk) #1 out_ready = 1;
        @(negedge clk) out_ready = 0;
        reset = 1;
        @(negedge clk) reset = 0;
        steps(4, 0, 8);
        steps(800, 6, 6);
        steps(800, 7, 3);
        steps(800, 3, 7);
        repeat (800) begin
            steps(1, 5, 5);
            reset = pick(25) == 0;
        end
        @(negedge clk) $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {in_ready_ref, out_valid_ref, out_data_ref} === ({in_ready_ref, out_valid_ref, out_data_ref} ^ {in_ready_dut, out_valid_dut, out_data_dut} ^ {in_ready_ref, out_valid_ref, out_data_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (in_ready_ref !== (in_ready_ref ^ in_ready_dut ^ in_ready_ref)) begin
            if (stats1.errors_in_ready == 0) stats1.errortime_in_ready = $time;
            stats1.errors_in_ready++;
        end
        if (out_valid_ref !== (out_valid_ref ^ out_valid_dut ^ out_valid_ref)) begin
            if (stats1.errors_out_valid == 0) stats1.errortime_out_valid = $time;
            stats1.errors_out_valid++;
        end
        if (out_data_ref !== (out_data_ref ^ out_data_dut ^ out_data_ref)) begin
            if (stats1.errors_out_data == 0) stats1.errortime_out_data = $time;
            stats1.errors_out_data++;
        end
    end

    final begin
        if (stats1.errors_in_ready) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "in_ready", stats1.errors_in_ready, stats1.errortime_in_ready);
        else $display("Hint: Output '%s' has no mismatches.", "in_ready");
        if (stats1.errors_out_valid) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "out_valid", stats1.errors_out_valid, stats1.errortime_out_valid);
        else $display("Hint: Output '%s' has no mismatches.", "out_valid");
        if (stats1.errors_out_data) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "out_data", stats1.errors_out_data, stats1.errortime_out_data);
        else $display("Hint: Output '%s' has no mismatches.", "out_data");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
